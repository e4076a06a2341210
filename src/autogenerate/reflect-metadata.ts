import type { Connection } from '../dialect/connection.ts';
import type { InspectOptions } from '../dialect/dialect.ts';
import type { ObjectKind } from '../dialect/object-kind.ts';
import { MetaData } from '../schema/metadata.ts';
import { withAutoincrementUnsaid } from '../schema/table.ts';
import { deepFreeze } from '../util/deep-freeze.ts';
import { reflect } from './compare.ts';

/** What a database holds, of every kind, as models that would make it: for taking over a database that no models describe yet. */
export async function reflectMetadata(
  connection: Connection,
  kinds: readonly ObjectKind[],
  options: Pick<InspectOptions, 'schemas'>,
): Promise<MetaData> {
  const found = await reflect(connection, kinds, options);
  for (const kind of kinds) kind.asModels?.(found, connection.dialect, options);
  for (const table of found.tables) {
    const columns = table.columns.map((column) => withAutoincrementUnsaid(table, column));
    found.put(deepFreeze({ ...table, columns }));
  }
  return new MetaData(found.objects);
}
