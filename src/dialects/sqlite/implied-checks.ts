import { check, type Check } from '../../schema/check.ts';
import { sql } from '../../schema/sql.ts';
import type { Table } from '../../schema/table.ts';
import { type ColumnType } from '../../schema/types/column-type.ts';
import { typeFor } from '../../schema/types/generic.ts';

/**
 * The CHECKs that the types of a table's columns ask for by `createConstraint` (SQLAlchemy's `create_constraint`), in the order of the columns:
 * `"state" IN ('on', 'off')`, named as the enum is. The writer prints them after the table's own constraints.
 */
export function impliedChecks(table: Pick<Table, 'columns'>): readonly Check[] {
  return table.columns.flatMap((column) => impliedCheck(column.name, typeFor(column.type, 'sqlite')) ?? []);
}

/** The same for one column, null where its type asks for none. */
export function impliedCheck(column: string, type: ColumnType): Check | null {
  if (type.createConstraint !== true) return null;
  const values = type.name === 'boolean' ? ['0', '1'] : type.values?.map((value) => `'${value.replaceAll("'", "''")}'`);
  if (values === undefined) return null;
  const condition = `"${column.replaceAll('"', '""')}" IN (${values.join(', ')})`;
  return check(sql.raw(condition), { name: type.typeName ?? null });
}
