import type { Connection } from '../../../dialect/connection.ts';
import { ArgumentError } from '../../../errors.ts';
import { displayName, type QualifiedName } from '../../../schema/names.ts';
import { qualified } from '../writer/names.ts';

/** The error for a table that the model doesn't have, told from what the database has under its name. */
export async function unknownTable(
  table: QualifiedName,
  connection: Connection | null,
): Promise<ArgumentError> {
  const rows =
    (await connection?.query<{ type: string; sql: string | null }>(
      `SELECT type, sql FROM ${qualified({ schema: table.schema, name: 'sqlite_schema' })} WHERE lower(name) = lower(?)`,
      [table.name],
    )) ?? [];
  const name = displayName(table);
  const [found] = rows;
  if (found?.type === 'table' && /^\s*CREATE\s+VIRTUAL\s/i.test(found.sql ?? '')) {
    return new ArgumentError(
      'CANNOT_REPRINT',
      `'${name}' is a virtual table: SQLite can't alter it, and rebuilding it could lose what its module keeps. Nothing was changed. Make a new one by op.execute, and fill it from the old one.`,
      { details: { table: name } },
    );
  }
  const what =
    found === undefined
      ? `There is no table '${name}'.`
      : `'${name}' is a ${found.type}, or is written differently; there is no table of exactly that name.`;
  return new ArgumentError('NOT_IN_MODEL', what, { details: { table: name } });
}
