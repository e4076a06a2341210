import type { Statement } from '../../../dialect/statement.ts';
import type { AlterColumn } from '../../../objects/column/operations.ts';
import type { Operation } from '../../../operations/operation.ts';
import type { Table } from '../../../schema/table.ts';
import { checkNoNulls } from './row-guards.ts';

/** A statement of SQLite's own; where SQLite would only say "constraint failed", the rows are looked for before. */
export function checkedStatement(sql: string, operation: Operation, table: Table | null): Statement {
  const statement = { sql, operations: [operation] };
  if (operation.kind !== 'alterColumn' || table === null || !sql.endsWith(' SET NOT NULL')) return statement;
  const { column } = operation as AlterColumn;
  return {
    ...statement,
    run: async (connection) => {
      await checkNoNulls(connection, table, column);
      await connection.exec(sql);
    },
  };
}
