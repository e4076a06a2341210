import type { Connection } from '../../../dialect/connection.ts';
import type { Column } from '../../../schema/column.ts';
import { columnOf, type Table } from '../../../schema/table.ts';
import { sameType } from '../canonical-type.ts';
import { quoteName } from '../identifiers.ts';
import { storages } from '../inspect/read-column.ts';
import { literal } from '../literals.ts';
import { asData, type ColumnOptions } from '../options.ts';

/** A table of the models and what is there under its name. */
interface Pair {
  canonical: Table;
  readonly there: Table | null;
}

/**
 * Puts `default` for a storage that is the type's own, of which the reader says nothing. The server is asked, in one query, where a model says a storage and
 * the reader none.
 */
export async function adoptStorage(
  pairs: readonly Pair[],
  current: string | null,
  connection: Connection,
): Promise<void> {
  const asks = pairs.flatMap((pair) => {
    const { canonical, there } = pair;
    if (there === null) return [];
    const table = quoteName({ schema: there.schema ?? current, name: there.name });
    return canonical.columns
      .filter((column) => isOpen(column, columnOf(there, column.name)))
      .map(({ name }) => ({ pair, table, column: name }));
  });
  if (asks.length === 0) return;
  const wanted = literal(JSON.stringify(asks.map(({ table, column }, place) => ({ place, table, column }))));
  const usual = await connection.query<{ place: number; storage: string }>(
    `SELECT w.place, t.typstorage::text AS storage FROM json_to_recordset(${wanted}) AS w(place integer, "table" text, "column" text)
  JOIN pg_attribute a ON a.attrelid = to_regclass(w."table") AND a.attname = w."column" AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid`,
  );
  for (const { place, storage } of usual) {
    const { pair, column } = asks[place]!;
    pair.canonical = {
      ...pair.canonical,
      columns: pair.canonical.columns.map((each) =>
        each.name === column && optionsOf(each).storage === storages[storage]
          ? { ...each, options: asData({ ...optionsOf(each), storage: 'default' }) }
          : each,
      ),
    };
  }
}

/** Another type has another storage of its own. */
function isOpen(column: Column, there: Column | undefined): boolean {
  const { storage = 'default' } = optionsOf(column);
  return (
    storage !== 'default' &&
    there !== undefined &&
    optionsOf(there).storage === undefined &&
    sameType(column.type, there.type)
  );
}

function optionsOf({ options }: Column): ColumnOptions {
  return options.postgresql ?? {};
}
