import type { Column } from '../../../schema/column.ts';
import type { Identity } from '../../../schema/identity.ts';
import type { Table } from '../../../schema/table.ts';

/**
 * The table with the database's identity where the model says no more than that a column counts up: an identity BY DEFAULT that says nothing else does
 * what SERIAL does. A model that asks for an identity gets one; ALWAYS, and what else an identity can say, isn't what such a model means.
 */
export function adoptCounting(table: Table, database: Table | null): Table {
  if (database === null) return table;
  const columns = table.columns.map((column): Column => {
    if (column.autoincrement !== true) return column;
    const identity = database.columns.find(({ name }) => name === column.name)?.identity ?? null;
    return identity !== null && isPlain(identity) ? { ...column, autoincrement: false, identity } : column;
  });
  return { ...table, columns };
}

function isPlain({ always, start, increment, minValue, maxValue, cache, cycle }: Identity): boolean {
  return !always && !cycle && [start, increment, minValue, maxValue, cache].every((each) => each === null);
}
