import type { Column } from '../../../schema/column.ts';
import type { Table } from '../../../schema/table.ts';
import { asData, type ColumnOptions, isUsual } from '../options.ts';

/**
 * The table with the database's options of columns where the model says none: how a column is stored and analysed is often tuned by hand, and no model speaks
 * of it. Where a column came from can't be changed at all.
 */
export function adoptColumnOptions(table: Table, database: Table | null): Table {
  if (database === null) return table;
  const there = new Map(database.columns.map((column) => [column.name, column]));
  return { ...table, columns: table.columns.map((column) => adopt(column, there.get(column.name))) };
}

function adopt(column: Column, there: Column | undefined): Column {
  if (there === undefined) return column;
  const { identitySequence, ...others }: ColumnOptions = there.options.postgresql ?? {};
  // its name goes with the sequence
  const counts = column.autoincrement === there.autoincrement && !column.identity === !there.identity;
  const theirs: ColumnOptions = { ...others, ...(counts && { identitySequence }) };
  const merged: ColumnOptions = { ...theirs, ...column.options.postgresql };
  const kept = Object.fromEntries(
    Object.entries(merged).filter(([option, value]) => !isUsual(option, value)),
  );
  return { ...column, options: asData({ ...kept, inherited: theirs.inherited ?? false }) };
}
