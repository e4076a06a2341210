import type { Column } from '../../../schema/column.ts';
import type { Identity } from '../../../schema/identity.ts';
import type { Table } from '../../../schema/table.ts';
import { isSerialInWords } from './canonical-table.ts';

/**
 * The table with the database's way to count where the model says no more than that a column counts up: an identity BY DEFAULT that says nothing else does
 * what SERIAL does, and so does a default from the sequence that SERIAL would have made, though the column doesn't own it. A model that asks for an identity
 * gets one; ALWAYS, and what else an identity can say, isn't what such a model means.
 */
export function adoptCounting(table: Table, database: Table | null, defaultSchema: string | null): Table {
  if (database === null) return table;
  const schema = database.schema ?? defaultSchema;
  const columns = table.columns.map((column): Column => {
    if (column.autoincrement !== true) return column;
    const there = database.columns.find(({ name }) => name === column.name);
    if (there !== undefined && isSerialInWords(there, database, schema))
      return { ...column, autoincrement: false, serverDefault: there.serverDefault };
    const identity = there?.identity ?? null;
    return identity !== null && isPlain(identity) ? { ...column, autoincrement: false, identity } : column;
  });
  return { ...table, columns };
}

function isPlain({ always, start, increment, minValue, maxValue, cache, cycle }: Identity): boolean {
  return !always && !cycle && [start, increment, minValue, maxValue, cache].every((each) => each === null);
}
