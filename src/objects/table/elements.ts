import type { Column, ColumnElement } from '../../schema/column.ts';
import type { PrimaryKey } from '../../schema/primary-key.ts';
import { primaryKeyOf, type Table, type TableElement } from '../../schema/table.ts';

/**
 * The elements from which `table()` makes the table again, as a person would write them: a plain primary key is said by its columns.
 */
export function tableElements(table: Table): readonly TableElement[] {
  const key = primaryKeyOf(table);
  const inColumns = key !== null && sayableByColumns(table, key);
  const columns = table.columns.map((column) => {
    const primary = inColumns && key.columns.includes(column.name);
    if (key === null || !key.columns.includes(column.name)) return column;
    // the table makes a key's column NOT NULL by itself: only the opposite has to be said; else it is as `column()` leaves it
    return column.nullable
      ? withShorthand(column, primary, true)
      : withShorthand({ ...column, nullable: !primary && column.identity === null }, primary, null);
  });
  const constraints = inColumns
    ? table.constraints.filter((constraint) => constraint !== key)
    : table.constraints;
  return [...columns, ...constraints, ...table.indexes];
}

function sayableByColumns(table: Table, key: PrimaryKey): boolean {
  if (
    key.name !== null ||
    key.deferrable !== null ||
    key.initially !== null ||
    Object.keys(key.options).length > 0
  )
    return false;
  const inTableOrder = table.columns
    .map((column) => column.name)
    .filter((name) => key.columns.includes(name));
  return inTableOrder.every((name, i) => key.columns[i] === name);
}

function withShorthand(column: Column, primaryKey: boolean, nullable: boolean | null): ColumnElement {
  return { ...column, shorthand: { primaryKey, nullable, unique: false, index: false, references: null } };
}
