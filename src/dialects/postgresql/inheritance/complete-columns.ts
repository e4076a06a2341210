import type { Column } from '../../../schema/column.ts';
import { keyOf } from '../../../schema/names.ts';
import type { Table } from '../../../schema/table.ts';
import { isInherited, isPartition, namesAbove } from './above.ts';

/**
 * Adds to partitions and heirs the columns that their models leave to the tables above: those of the models' tables, else those that are there. They stand behind
 * the model's own.
 */
export function completeColumns(
  pairs: readonly { readonly canonical: Table; readonly there: Table | null }[],
): readonly Table[] {
  const given = new Map(pairs.map((pair) => [keyOf(pair.canonical), pair]));
  const done = new Map<string, Table>();
  const complete = (key: string): Table | null => {
    const known = done.get(key);
    if (known !== undefined) return known;
    const found = given.get(key);
    if (found === undefined) return null;
    const { canonical: table, there } = found;
    done.set(key, table);
    const names = namesAbove(table);
    if (names.length === 0) return table;
    const above = names.map((name) => complete(keyOf(name)));
    const from = above.includes(null) ? inheritedColumns(there) : [];
    const columns = [...table.columns];
    for (const column of [...above.flatMap((each) => each?.columns ?? []), ...from])
      if (!columns.some(({ name }) => name === column.name)) columns.push(leftTo(column, table));
    const whole = { ...table, columns };
    done.set(key, whole);
    return whole;
  };
  return pairs.map(({ canonical }) => complete(keyOf(canonical)) ?? canonical);
}

function inheritedColumns(table: Table | null): readonly Column[] {
  if (table === null) return [];
  return isPartition(table) ? table.columns : table.columns.filter(isInherited);
}

/** A column as a table has it from the one above. */
function leftTo(column: Column, table: Table): Column {
  if (isPartition(table)) return { ...column, comment: null };
  // an heir doesn't count up by itself
  const options = { ...column.options, postgresql: { ...column.options.postgresql, inherited: true } };
  return { ...column, comment: null, identity: null, options };
}
