import type { Connection } from '../../../dialect/connection.ts';
import { DatabaseError } from '../../../errors.ts';
import { displayName } from '../../../schema/names.ts';
import type { Table } from '../../../schema/table.ts';
import { sqliteColumnOptions } from '../options.ts';
import { transactions } from '../transactions.ts';
import { isNullDefault } from '../writer/default-value.ts';
import { literal } from '../writer/literal.ts';
import { qualified, quote } from '../writer/names.ts';
import { createTriggerSql, dependentsOf, findBroken, refuseNewlyBroken, triggersOn } from './dependents.ts';
import { type Rebuild, rebuildScript, temporaryName } from './rebuild.ts';
import { checkEmpty, checkNoNulls } from './row-guards.ts';
import { rowidColumn } from './rowid.ts';

/**
 * Makes the new table, copies the rows, drops the old table and takes its name; then makes its indexes and triggers again. Views, and what other tables say of this one,
 * stay as they are, because SQLite looks at them by the name only. Where no transaction is open it has one of its own.
 *
 * @throws DatabaseError `CONSTRAINT_VIOLATION` for rows that the new table can't take, `BROKEN_DEPENDENT`, `ROWS_LOST`, `IN_TRANSACTION`.
 */
export async function runRebuild(rebuild: Rebuild, connection: Connection): Promise<void> {
  if (connection.inTransaction) {
    await refuseEnforcedForeignKeys(rebuild.table, connection);
    return rebuildInTransaction(rebuild, connection);
  }
  await transactions.begin(connection, { name: rebuild.table, lockTimeout: 5000 });
  try {
    await rebuildInTransaction(rebuild, connection);
    await transactions.commit(connection);
  } catch (error) {
    await transactions.rollback(connection);
    throw error;
  }
}

async function rebuildInTransaction(rebuild: Rebuild, connection: Connection): Promise<void> {
  const { table } = rebuild;
  await checkRows(rebuild, connection);
  const dependents = await dependentsOf(table, connection);
  const before = await findBroken(dependents, connection);
  const temporary = await unusedName(table, connection);
  const { fill, replace, indexes } = rebuildScript(rebuild, temporary);
  try {
    await connection.exec(fill.create);
    await connection.exec(fill.insert);
    await checkCount(rebuild, temporary, connection);
    for (const sql of fill.counter) await connection.exec(sql);
    await withLegacyRename(connection, async () => {
      for (const sql of replace) await connection.exec(sql);
    });
    for (const sql of indexes) await connection.exec(sql);
    for (const trigger of triggersOn(table, dependents)) await connection.exec(createTriggerSql(trigger));
  } catch (error) {
    throw withRealName(error, temporary, table.name);
  }
  if (dependents.length > 0)
    refuseNewlyBroken(before, await findBroken(dependents, connection), table, connection);
}

/** Finds rows that don't fit while SQLite's own message would name neither them nor the way out. */
async function checkRows({ old, table, copied }: Rebuild, connection: Connection): Promise<void> {
  const key = rowidColumn(table);
  for (const column of table.columns) {
    const was = copied.has(column.name) ? old.columns.find((each) => each.name === column.name) : undefined;
    const { onConflictNotNull } = sqliteColumnOptions('', column.options);
    if (column.nullable || column.computed !== null || column.name === key || onConflictNotNull !== null)
      continue;
    if (was?.nullable === true) await checkNoNulls(connection, old, column.name);
    const hasDefault = column.serverDefault !== null && !isNullDefault(column.serverDefault);
    if (was === undefined && !hasDefault) await checkEmpty(connection, old, column.name);
  }
}

/** ON CONFLICT IGNORE or REPLACE would lose rows without a word. */
async function checkCount({ old, table }: Rebuild, temporary: string, connection: Connection): Promise<void> {
  const [counts] = await connection.query<{ before: number; after: number }>(
    `SELECT (SELECT count(*) FROM ${qualified(old)}) AS before, (SELECT count(*) FROM ${qualified({ schema: table.schema, name: temporary })}) AS after`,
  );
  if (counts === undefined || counts.before === counts.after) return;
  throw new DatabaseError(
    'ROWS_LOST',
    `Of the ${counts.before} rows of table '${displayName(table)}', only ${counts.after} would be left: the others break a constraint whose ON CONFLICT drops rows. Nothing was changed; delete those rows yourself first.`,
    { details: { database: connection.display, table: displayName(table), ...counts } },
  );
}

/** With it, RENAME looks at no other object of the schema: it needn't understand views over a table that isn't there for a moment. */
async function withLegacyRename(connection: Connection, work: () => Promise<void>): Promise<void> {
  const [{ legacy_alter_table: before = 0 } = {}] = await connection.query<{ legacy_alter_table: number }>(
    'PRAGMA legacy_alter_table',
  );
  await connection.exec('PRAGMA legacy_alter_table = ON');
  try {
    await work();
  } finally {
    if (before === 0) await connection.exec('PRAGMA legacy_alter_table = OFF').catch(() => {});
  }
}

/** Inside a transaction they can't be switched off, and DROP TABLE would delete the rows that refer to the table's. */
async function refuseEnforcedForeignKeys(table: Table, connection: Connection): Promise<void> {
  const [{ foreign_keys: enforced = 0 } = {}] = await connection.query<{ foreign_keys: number }>(
    'PRAGMA foreign_keys',
  );
  if (enforced === 0) return;
  throw new DatabaseError(
    'IN_TRANSACTION',
    `Table '${displayName(table)}' has to be rebuilt, and the open transaction of ${connection.display} began with foreign keys on: dropping the old table would delete rows that refer to it. Nothing was changed. Let migrations begin the transaction, or begin it after 'PRAGMA foreign_keys = OFF'.`,
    { details: { database: connection.display, table: displayName(table) } },
  );
}

async function unusedName(table: Table, connection: Connection): Promise<string> {
  const rows = await connection.query<{ name: string }>(
    `SELECT lower(name) AS name FROM ${qualified({ schema: table.schema, name: 'sqlite_schema' })} WHERE name LIKE ${literal('_alembic_tmp_%')}`,
  );
  const taken = new Set(rows.map(({ name }) => name));
  for (let attempt = 0; ; attempt++) {
    const name = temporaryName(table.name, attempt);
    if (!taken.has(name.toLowerCase())) return name;
  }
}

/** Nobody knows the temporary table. */
function withRealName(error: unknown, temporary: string, name: string): unknown {
  if (!(error instanceof DatabaseError) || !error.message.includes(temporary)) return error;
  const message = error.message.replaceAll(quote(temporary), quote(name)).replaceAll(temporary, name);
  return new DatabaseError(error.code, message, { cause: error.cause, details: error.details });
}
