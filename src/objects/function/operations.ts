import { ArgumentError } from '../../errors.ts';
import {
  checkName,
  checkOptions,
  optionArguments,
  type SchemaOption,
  wasOf,
} from '../../operations/arguments.ts';
import { defineOperation, type OperationDefinition } from '../../operations/define-operation.ts';
import { addObject, changeObject, dropObject } from '../../operations/model-objects.ts';
import { displayName } from '../../schema/names.ts';
import { parseSignature } from '../../schema/signature.ts';
import type { Sql } from '../../schema/sql.ts';
import {
  functionOptionNames,
  type SqlFunction,
  type SqlFunctionOptions,
  signatureOf,
  sqlFunction,
} from '../../schema/sql-function.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { onlyPostgresql } from '../only-postgresql.ts';
import type { CreateFunction, DropFunction, ReplaceFunction } from './shapes.ts';
import { createStatements, dropSql, replaceStatements } from './sql.ts';
import { functionTouches, hasTextBody } from './touches.ts';

export type { CreateFunction, DropFunction, ReplaceFunction } from './shapes.ts';

export interface ReplaceFunctionOptions extends SqlFunctionOptions {
  /** the function as it was, as sqlFunction() makes it: for the way back */
  readonly existing?: SqlFunction | null;
}

export interface DropFunctionOptions extends SchemaOption {
  readonly procedure?: boolean;
  readonly ifExists?: boolean;
}

/** ``op.createFunction('add_tax(price numeric)', sql`RETURNS numeric LANGUAGE sql AS $$ SELECT price * 1.2 $$`)``; a procedure with `{ procedure: true }` (PostgreSQL). */
export const createFunction: OperationDefinition<
  CreateFunction,
  [signature: string, definition: Sql | string, options?: SqlFunctionOptions],
  never[],
  void
> = defineOperation({
  kind: 'createFunction',
  create: (signature: string, definition: Sql | string, options: SqlFunctionOptions = {}): CreateFunction =>
    deepFreeze({
      kind: 'createFunction',
      function: functionArgument('createFunction', signature, definition, options),
    }),
  batch: null,
  call: (op) => callArguments(op.function),
  batchCall: null,
  reverse: (op): DropFunction => drop(op.function),
  apply: (op, schema) => addObject(schema, op.function),
  sql: (op, dialect) => {
    onlyPostgresql(`createFunction of '${displayName(op.function)}'`, dialect);
    return createStatements(op.function, dialect);
  },
  destroys: null,
  touches: (op) => functionTouches(op.function, op.function.checkBody),
  // one whose body nobody looks at needs nothing of what it names
  split: (op) => (isChecked(op.function) ? [unchecked(op)] : null),
});

/** `op.dropFunction('add_tax(numeric)')`: the types of the arguments tell which one of several; `{ procedure: true }` for a procedure. */
export const dropFunction: OperationDefinition<
  DropFunction,
  [signature: string, options?: DropFunctionOptions],
  never[],
  void
> = defineOperation({
  kind: 'dropFunction',
  create: (signature: string, options: DropFunctionOptions = {}): DropFunction => {
    checkOptions('dropFunction', options, ['schema', 'procedure', 'ifExists']);
    const { name, inputTypes } = parseSignature('dropFunction', signature);
    const { schema = null, procedure = false, ifExists = false } = options;
    if (schema !== null) checkName('dropFunction: the schema', schema);
    const qualifier = inputTypes.join(', ');
    return deepFreeze({ kind: 'dropFunction', name, schema, qualifier, procedure, ifExists, was: null });
  },
  batch: null,
  call: ({ name, qualifier, schema, procedure, ifExists }) => [
    signatureOf(name, qualifier),
    ...optionArguments({ schema, procedure, ifExists }),
  ],
  batchCall: null,
  reverse: (op): CreateFunction =>
    deepFreeze({
      kind: 'createFunction',
      function: wasOf(op, `function '${displayName(op)}'`, "write the downgrade's createFunction by hand."),
    }),
  apply: (op, schema) => dropObject(schema, 'function', op, op.ifExists),
  sql: (op, dialect) => {
    onlyPostgresql(`dropFunction of '${displayName(op)}'`, dialect);
    return [{ sql: dropSql(op, op.ifExists, dialect) }];
  },
  destroys: null,
  touches: (op) => {
    if (op.was === null) return { removes: functionTouches(op, true).provides ?? [] };
    const { provides = [], requires = [] } = functionTouches(op.was, !hasTextBody(op.was));
    return { removes: provides, releases: requires };
  },
});

/**
 * ``op.replaceFunction('add_tax(price numeric)', sql`RETURNS numeric …`, { existing: sqlFunction('add_tax(price numeric)', …) })``: rights, owner and what stands on it
 * stay. Where CREATE OR REPLACE can't do it (another result, other names of arguments, a default less), it is dropped and made again, and what stands on it
 * (triggers, views, defaults, checks, indexes) is taken down and put up around that.
 */
export const replaceFunction: OperationDefinition<
  ReplaceFunction,
  [signature: string, definition: Sql | string, options?: ReplaceFunctionOptions],
  never[],
  void
> = defineOperation({
  kind: 'replaceFunction',
  create: (
    signature: string,
    definition: Sql | string,
    options: ReplaceFunctionOptions = {},
  ): ReplaceFunction => {
    const { existing = null, ...rest } = options;
    if (existing !== null && existing.kind !== 'function')
      throw new ArgumentError('BAD_ARGUMENT', 'replaceFunction: existing is made by sqlFunction().');
    return deepFreeze({
      kind: 'replaceFunction',
      function: functionArgument('replaceFunction', signature, definition, rest),
      was: existing,
    });
  },
  batch: null,
  call: (op) => {
    const [signature, definition, options = {}] = callArguments(op.function);
    return [
      signature,
      definition,
      ...optionArguments({ ...(options as object), existing: op.was }, { checkBody: true }),
    ];
  },
  batchCall: null,
  reverse: (op): ReplaceFunction =>
    deepFreeze({
      kind: 'replaceFunction',
      function: wasOf(
        op,
        `function '${displayName(op.function)}'`,
        'give existing, or write the downgrade by hand.',
      ),
      was: op.function,
    }),
  apply: (op, schema) => changeObject(schema, 'function', op.function, () => op.function),
  sql: (op, dialect) => {
    onlyPostgresql(`replaceFunction of '${displayName(op.function)}'`, dialect);
    return replaceStatements(op, dialect);
  },
  destroys: null,
  touches: (op) => {
    const { provides = [], requires = [] } = functionTouches(op.function, op.function.checkBody);
    const before = op.was === null ? [] : (functionTouches(op.was, !hasTextBody(op.was)).requires ?? []);
    return { requires, changes: provides, releases: before.filter((each) => !requires.includes(each)) };
  },
  split: (op) => {
    const { function: made, was } = op;
    if (isChecked(made)) return [unchecked(op)];
    if (was === null || (hasTextBody(made) && hasTextBody(was))) return null;
    // what they hold may change between the old one and the new one
    return [drop(was), deepFreeze<CreateFunction>({ kind: 'createFunction', function: made })];
  },
});

function functionArgument(
  operation: string,
  signature: string,
  definition: Sql | string,
  options: SqlFunctionOptions,
): SqlFunction {
  checkOptions(operation, options, functionOptionNames);
  return sqlFunction(signature, definition, options);
}

function callArguments(made: SqlFunction): readonly unknown[] {
  const { name, arguments: args, definition, schema, comment, procedure, checkBody } = made;
  const said = { schema, comment, procedure, checkBody };
  return [signatureOf(name, args), definition, ...optionArguments(said, { checkBody: true })];
}

/** Whether the server looks at the body, and could be told not to. */
function isChecked(made: SqlFunction): boolean {
  return made.checkBody && hasTextBody(made);
}

/** One whose body nobody looks at needs nothing of what it names. */
function unchecked<Op extends CreateFunction | ReplaceFunction>(op: Op): Op {
  return deepFreeze({ ...op, function: { ...op.function, checkBody: false } });
}

function drop(was: SqlFunction): DropFunction {
  const { name, schema, qualifier, procedure } = was;
  return deepFreeze({ kind: 'dropFunction', name, schema, qualifier, procedure, ifExists: false, was });
}
