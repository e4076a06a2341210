import type { Connection } from '../../../dialect/connection.ts';
import { DatabaseError } from '../../../errors.ts';
import { displayName } from '../../../schema/names.ts';
import { primaryKeyOf, type Table } from '../../../schema/table.ts';
import { qualified, quote } from '../writer/names.ts';
import { rowidName } from './rowid.ts';

/** How many rows an error names. */
const most = 10;

/**
 * Finds the rows that a column that becomes NOT NULL can't take, before anything is changed.
 *
 * @throws DatabaseError `CONSTRAINT_VIOLATION`, naming the first of them.
 */
export async function checkNoNulls(connection: Connection, table: Table, column: string): Promise<void> {
  const key = primaryKeyOf(table)?.columns ?? [];
  const rowid = rowidName(table);
  const names = key.length > 0 ? key.map(quote) : rowid === null ? [quote(column)] : [rowid];
  const where = `FROM ${qualified(table)} WHERE ${quote(column)} IS NULL`;
  const rows = await connection.query<Record<string, unknown>>(
    `SELECT ${names.map((name, i) => `${name} AS k${i}`).join(', ')} ${where} LIMIT ${most}`,
  );
  if (rows.length === 0) return;
  const [{ count = 0 } = {}] = await connection.query<{ count: number }>(`SELECT count(*) AS count ${where}`);
  const ids = rows.map((row) => Object.values(row).map(String).join('/'));
  const by = key.length > 0 ? key.join('/') : 'rowid';
  throw violation(
    table,
    connection,
    `${count === 1 ? '1 row' : `${count} rows`} of table '${displayName(table)}' (${by} ${ids.join(', ')}${count > rows.length ? ', …' : ''}) ${count === 1 ? 'has' : 'have'} NULL in the column '${column}', which is to become NOT NULL. Give them a value first: op.execute('UPDATE …').`,
    { column, count },
  );
}

/**
 * Refuses a new NOT NULL column that has nothing to put into the rows that are there.
 *
 * @throws DatabaseError `CONSTRAINT_VIOLATION`.
 */
export async function checkEmpty(connection: Connection, table: Table, column: string): Promise<void> {
  const [{ count = 0 } = {}] = await connection.query<{ count: number }>(
    `SELECT count(*) AS count FROM ${qualified(table)}`,
  );
  if (count === 0) return;
  throw violation(
    table,
    connection,
    `Table '${displayName(table)}' has ${count === 1 ? '1 row' : `${count} rows`}, and the new column '${column}' is NOT NULL without a default: there is nothing to put into ${count === 1 ? 'it' : 'them'}. Give it a serverDefault; or add it nullable, fill it, and alter it to NOT NULL.`,
    { column, count },
  );
}

function violation(table: Table, connection: Connection, message: string, details: object): DatabaseError {
  return new DatabaseError('CONSTRAINT_VIOLATION', `${message} Nothing was changed.`, {
    details: { database: connection.display, table: displayName(table), ...details },
  });
}
