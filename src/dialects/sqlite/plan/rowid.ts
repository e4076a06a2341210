import { primaryKeyOf, type Table } from '../../../schema/table.ts';
import { lowerCase } from '../inspect/tokens.ts';
import { sqliteKeyOptions, sqliteTableOptions } from '../options.ts';
import { columnType } from '../writer/column-type.ts';

/** A name by which the row's own number can be asked for; null where the table has none, or its columns took all the names. */
export function rowidName(table: Table): string | null {
  if (sqliteTableOptions('', table.options).withoutRowid) return null;
  const columns = table.columns.map(({ name }) => lowerCase(name));
  return ['rowid', '_rowid_', 'oid'].find((name) => !columns.includes(name)) ?? null;
}

/** The column that is the row's own number: an INTEGER PRIMARY KEY; null where there is none. */
export function rowidColumn(table: Table): string | null {
  const key = primaryKeyOf(table);
  if (key === null || key.columns.length !== 1 || sqliteTableOptions('', table.options).withoutRowid)
    return null;
  const column = table.columns.find(({ name }) => name === key.columns[0]);
  const isInteger = column !== undefined && columnType(column.type).toUpperCase() === 'INTEGER';
  return isInteger && !sqliteKeyOptions('', key.options).notRowid ? column.name : null;
}
