import type { Connection, Dialect } from '../../../dialect/dialect.ts';
import type { PlanState } from '../../../dialect/plan-state.ts';
import { DatabaseError } from '../../../errors.ts';
import type { CreateFunction, DropFunction, ReplaceFunction } from '../../../objects/function/operations.ts';
import type { Operation } from '../../../operations/operation.ts';
import { parseSignature } from '../../../schema/signature.ts';
import { isSameButComment, type SqlFunction, signatureOf } from '../../../schema/sql-function.ts';
import { significant, tokensOf } from '../../../schema/sql-tokens.ts';
import { deepEqual } from '../../../util/deep-equal.ts';

/** A function that goes, while what stands on it stays, and the operation with which there is one again. */
export interface RemadeFunction {
  readonly function: Pick<SqlFunction, 'schema' | 'name' | 'qualifier'>;
  readonly until: Operation;
}

/**
 * The operations that take a function away under what stands on it, and give it one again: those that CREATE OR REPLACE can't carry out (another result, other names
 * of arguments, a default less), which the server is asked, and a drop before a namesake with other arguments is made.
 */
export async function findRemade(
  operations: readonly Operation[],
  state: PlanState,
  dialect: Dialect,
): Promise<ReadonlyMap<Operation, RemadeFunction>> {
  const remade = new Map<Operation, RemadeFunction>();
  for (const [i, operation] of operations.entries()) {
    if (isReplace(operation)) {
      const isKnown = !operations.slice(0, i).some((each) => isAbout(each, operation.function));
      if (await isRemade(operation, isKnown, state, dialect))
        remade.set(operation, { function: operation.function, until: operation });
    }
    if (operation.kind === 'dropFunction') {
      const dropped = operation as DropFunction;
      const until = operations.slice(i + 1).find((each) => isNamesake(each, dropped));
      if (until !== undefined) remade.set(operation, { function: dropped, until });
    }
  }
  return remade;
}

function isReplace(operation: Operation): operation is ReplaceFunction {
  return operation.kind === 'replaceFunction';
}

function isAbout(operation: Operation, { schema, name }: SqlFunction): boolean {
  if (operation.kind !== 'createFunction' && !isReplace(operation)) return false;
  const { function: made } = operation as CreateFunction | ReplaceFunction;
  return made.schema === schema && made.name === name;
}

function isNamesake(operation: Operation, { schema, name }: DropFunction): boolean {
  if (operation.kind !== 'createFunction') return false;
  const { function: made } = operation as CreateFunction;
  return made.schema === schema && made.name === name;
}

async function isRemade(
  operation: ReplaceFunction,
  isKnown: boolean,
  state: PlanState,
  dialect: Dialect,
): Promise<boolean> {
  const { function: made, was } = operation;
  if (was !== null && isSameButComment(made, was)) return false;
  const said = was !== null && differsInShape(made, was);
  if (state.connection === null || !isKnown) return said;
  const attempt = state.definitions.sql(
    { ...operation, function: { ...made, checkBody: false }, was: null } as ReplaceFunction,
    dialect,
  );
  return (await isRefused(attempt.map(({ sql }) => sql).join(';\n'), state.connection)) ?? said;
}

/** Whether the server refuses to replace a function; null where it can't say, because what the function needs is still to come. Nothing of it stays. */
async function isRefused(script: string, connection: Connection): Promise<boolean | null> {
  const rolledBack = new Error('rolled back');
  const attempt = async (): Promise<never> => {
    await connection.exec(script);
    throw rolledBack;
  };
  try {
    if (connection.inTransaction) await connection.savepoint(attempt);
    else {
      await connection.begin();
      await attempt().finally(() => connection.rollback());
    }
    return false;
  } catch (error) {
    if (error === rolledBack) return false;
    if (!(error instanceof DatabaseError)) throw error;
    const { code } = (error.cause ?? {}) as { readonly code?: unknown };
    // invalid_function_definition; wrong_object_type: a function isn't replaced by a procedure
    return code === '42P13' || code === '42809' ? true : null;
  }
}

/** By their text, where a server can't be asked. */
function differsInShape(made: SqlFunction, was: SqlFunction): boolean {
  const [after, before] = [made, was].map(
    (each) => parseSignature('replaceFunction', signatureOf(each.name, each.arguments)).arguments,
  ) as [Arguments, Arguments];
  const inputs = (all: Arguments): Arguments => all.filter(({ mode }) => mode !== 'out');
  const outputs = (all: Arguments): object =>
    all.filter(({ mode }) => mode === 'out' || mode === 'inout').map(({ mode: _, ...rest }) => rest);
  const defaults = (all: Arguments): number => all.filter(({ hasDefault }) => hasDefault).length;
  return (
    made.procedure !== was.procedure ||
    resultOf(made) !== resultOf(was) ||
    !deepEqual(outputs(after), outputs(before)) ||
    defaults(after) < defaults(before) ||
    inputs(before).some(({ name }, i) => name !== null && name !== inputs(after)[i]?.name)
  );
}

type Arguments = ReturnType<typeof parseSignature>['arguments'];

/** What stands behind RETURNS, up to the next clause. */
function resultOf({ definition }: SqlFunction): string {
  const tokens = significant(tokensOf(definition.text)).map(({ text }) => text.toLowerCase());
  if (tokens[0] !== 'returns') return '';
  const end = tokens.findIndex((text) => clauses.has(text));
  const words = tokens.slice(1, end === -1 ? undefined : end).join(' ');
  return words
    .replace(/\bint4?\b/g, 'integer')
    .replace(/\bbool\b/g, 'boolean')
    .replace(/\bvarchar\b/g, 'character varying');
}

const clauses: ReadonlySet<string> = new Set(
  'language transform window immutable stable volatile not leakproof called strict external security parallel cost rows support set as return begin'.split(
    ' ',
  ),
);
