import type { Connection } from '../../../dialect/connection.ts';
import type { PlanState } from '../../../dialect/plan-state.ts';
import { ArgumentError } from '../../../errors.ts';
import type { AlterEnum, EnumObject } from '../../../objects/enum/operations.ts';
import type { Operation } from '../../../operations/operation.ts';
import { displayName } from '../../../schema/names.ts';
import { additions } from '../added-values.ts';
import { createEnumSql } from '../enums.ts';
import { cutIdentifier, quoteIdentifier, quoteName } from '../identifiers.ts';
import { literal } from '../literals.ts';
import { getsAnotherDefault, readTypeUsers, type Users } from './read-users.ts';
import type { PlannedParts, WordingContext } from './wording.ts';

/**
 * Values that only come to an enum are added, each in its place. Otherwise, or where something after it in the same plan uses a new value (the server refuses
 * that in the transaction that added it), the type is made anew and what stands on it is moved over: columns and arrays in every schema, with their defaults,
 * constraints, indexes, triggers and statistics; views are the plan's (see StandingViews). A row with a value that is gone fails that, unless `replace` says
 * what becomes of it.
 *
 * @throws ArgumentError `BLOCKED_BY_DEPENDENT` for what stands on the type and can't be moved, `ENUM_VALUE_IN_USE`, `NOT_IN_MODEL`, `UNSUPPORTED_OPERATION` without a connection.
 */
export async function alterEnum(
  op: AlterEnum,
  { state, following }: WordingContext,
): Promise<readonly PlannedParts[]> {
  const existing = op.existingValues ?? (await state.get<EnumObject>('enum', op))?.values ?? null;
  const added = existing === null ? null : additions(existing, op.values);
  if (added !== null && !isRebuilt({ ...op, existingValues: existing }, following, state))
    return addValues(op, added).map((sql) => ({ sql }));
  const { connection } = state;
  const users = connection === null ? null : await readTypeUsers(connection, op);
  if (users === null) throw notThere(op, state);
  refuseBlocked(op, users);
  return [{ sql: rebuild(op, users, following).join(';\n'), run: (live) => runRebuild(live, op, following) }];
}

/** As it is when it runs: operations of the same plan may have changed what stands on the type. */
async function runRebuild(
  connection: Connection,
  op: AlterEnum,
  following: readonly Operation[],
): Promise<void> {
  const users = await readTypeUsers(connection, op);
  if (users === null)
    throw new ArgumentError('NOT_IN_MODEL', `There is no enum '${displayName(op)}' to alter.`);
  refuseBlocked(op, users);
  await refuseHeld(op, users, following, connection);
  for (const sql of rebuild(op, users, following)) await connection.exec(sql);
}

/** Whether a plan has to make the type anew; asked before its views are taken down. */
export function isRebuilt(
  op: AlterEnum,
  following: readonly Operation[],
  { avoids }: Pick<PlanState, 'avoids'>,
): boolean {
  if (op.existingValues === null || op.replace !== null || avoids.has('NEW_ENUM_VALUE')) return true;
  const added = additions(op.existingValues, op.values);
  return added === null || following.some((each) => uses(each, added));
}

/** Whether an operation says one of the values, wherever: as a literal, a default, a row, a part of an expression. */
function uses(operation: Operation, values: readonly string[]): boolean {
  const { kind, ...said } = operation as Operation & { readonly [part: string]: unknown };
  if (['createEnum', 'dropEnum', 'alterEnum', 'renameEnumValue'].includes(kind)) return false;
  const text = JSON.stringify(said, (key, value: unknown) =>
    key === 'was' || key.startsWith('existing') ? undefined : value,
  );
  return values.some((value) => text.includes(JSON.stringify(value).slice(1, -1)));
}

/** Each behind its neighbour in the new order; the first before the one that follows. */
function addValues(op: AlterEnum, added: readonly string[]): readonly string[] {
  return added.map((value) => {
    const at = op.values.indexOf(value);
    const before = op.values[at - 1];
    const behind = op.values.slice(at + 1).find((each) => !added.includes(each));
    const place =
      before !== undefined
        ? ` AFTER ${literal(before)}`
        : behind !== undefined
          ? ` BEFORE ${literal(behind)}`
          : '';
    return `ALTER TYPE ${quoteName(op)} ADD VALUE ${literal(value)}${place}`;
  });
}

function refuseBlocked(op: AlterEnum, { blockers }: Users): void {
  if (blockers.length === 0) return;
  throw new ArgumentError(
    'BLOCKED_BY_DEPENDENT',
    `The enum '${displayName(op)}' has to be made anew, since a value goes, moves, or is used in the transaction that adds it; and ${blockers.join(', ')} can't be moved over. Drop it before with op.execute, and make it again after; or, where values only come, commit them first (transactionPerMigration, or op.getContext().autocommitBlock).`,
    { details: { object: displayName(op), blockers } },
  );
}

/** What holds a value that goes, and nothing says what it shall hold instead: told before the server does it, who names neither. */
async function refuseHeld(
  op: AlterEnum,
  users: Users,
  following: readonly Operation[],
  connection: Connection,
): Promise<void> {
  const labels = await connection.query<{ value: string }>(
    `SELECT enumlabel::text AS value FROM pg_enum WHERE enumtypid = to_regtype(${literal(quoteName(op))}) ORDER BY enumsortorder`,
  );
  const kept = new Set([...op.values, ...Object.keys(op.replace ?? {})]);
  const gone = labels.flatMap(({ value }) => (kept.has(value) ? [] : [value]));
  if (gone.length === 0) return;
  const held: string[] = [];
  for (const { table, column, isArray } of users.columns) {
    const values = isArray ? quoteIdentifier(column) : `ARRAY[${quoteIdentifier(column)}]`;
    const rows = await connection.query<{ value: string; n: string }>(
      `SELECT v::text AS value, count(*)::text AS n FROM ${table} CROSS JOIN unnest(${values}) v WHERE v::text IN (${gone.map(literal).join(', ')}) GROUP BY v ORDER BY v`,
    );
    const times = (n: string): string => (n === '1' ? 'once' : `${n} times`);
    held.push(...rows.map(({ value, n }) => `'${value}' in ${table}.${column} (${times(n)})`));
  }
  for (const part of users.parts) {
    if (part.on === null || getsAnotherDefault(part, users, following)) continue;
    const text = part.up.join('\n');
    const what =
      part.column === null
        ? `'${part.element}' of ${displayName(part.on)}`
        : `the default of ${displayName(part.on)}.${part.column}`;
    const found = gone.filter((value) => text.includes(`${literal(value)}::${users.called}`));
    held.push(...found.map((value) => `'${value}' in ${what}`));
  }
  if (held.length === 0) return;
  throw new ArgumentError(
    'ENUM_VALUE_IN_USE',
    `A value goes from the enum '${displayName(op)}', and is held: ${held.join(', ')}. Say by replace of op.alterEnum which value comes in its stead ({ replace: { ${JSON.stringify(gone[0])}: '…' } }), or change what holds it before.`,
    { details: { object: displayName(op), held } },
  );
}

function rebuild(op: AlterEnum, users: Users, following: readonly Operation[]): readonly string[] {
  const old = { schema: op.schema, name: `${cutIdentifier(op.name).slice(0, 40)}__old` };
  const replaced = (statement: string): string =>
    Object.entries(op.replace ?? {}).reduce(
      (text, [before, after]) =>
        text.replaceAll(`${literal(before)}::${users.called}`, `${literal(after)}::${users.called}`),
      statement,
    );
  const tables = Map.groupBy(users.columns, ({ table }) => table);
  return [
    ...users.parts.toReversed().map(({ down }) => down),
    `ALTER TYPE ${quoteName(op)} RENAME TO ${quoteIdentifier(old.name)}`,
    createEnumSql({ ...op, kind: 'enum' }),
    ...[...tables].map(([table, columns]) => {
      const moves = columns.map((each) => moveOver(op, each));
      return `ALTER TABLE ${table} ${moves.join(', ')}`;
    }),
    ...users.parts.flatMap((part) =>
      getsAnotherDefault(part, users, following) ? [] : part.up.map(replaced),
    ),
    ...users.belongings,
    `DROP TYPE ${quoteName(old)}`,
  ];
}

function moveOver(op: AlterEnum, { column, isArray }: Users['columns'][number]): string {
  const name = quoteIdentifier(column);
  const type = quoteName(op);
  const list = isArray ? '[]' : '';
  const replaced = Object.entries(op.replace ?? {});
  const using = isArray
    ? replaced.reduce(
        (array, [from, to]) => `array_replace(${array}, ${literal(from)}, ${literal(to)})`,
        `${name}::text[]`,
      )
    : replaced.length === 0
      ? `${name}::text`
      : `CASE ${name}::text ${replaced.map(([from, to]) => `WHEN ${literal(from)} THEN ${literal(to)}`).join(' ')} ELSE ${name}::text END`;
  return `ALTER COLUMN ${name} TYPE ${type}${list} USING (${using})::${type}${list}`;
}

function notThere(op: AlterEnum, { connection }: PlanState): ArgumentError {
  return connection === null
    ? new ArgumentError(
        'UNSUPPORTED_OPERATION',
        `The enum '${displayName(op)}' has to be made anew, and what stands on it is only known with a connection.`,
      )
    : new ArgumentError('NOT_IN_MODEL', `There is no enum '${displayName(op)}' to alter.`);
}
