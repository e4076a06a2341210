import type { Connection } from '../dialect/connection.ts';
import type { InspectOptions, Undescribed } from '../dialect/dialect.ts';
import type { ObjectKind } from '../dialect/object-kind.ts';
import { MetaData } from '../schema/metadata.ts';
import { withAutoincrementUnsaid } from '../schema/table.ts';
import { deepFreeze } from '../util/deep-freeze.ts';
import { reflect } from './compare.ts';

/** What a database holds, of every kind, as models that would make it: for taking over a database that no models describe yet. A warning names what it leaves out. */
export async function reflectMetadata(
  connection: Connection,
  kinds: readonly ObjectKind[],
  options: Pick<InspectOptions, 'schemas'>,
  warn: (message: string) => void,
): Promise<MetaData> {
  const found = await reflect(connection, kinds, options);
  for (const kind of kinds) kind.asModels?.(found, connection.dialect, options);
  for (const table of found.tables) {
    const columns = table.columns.map((column) => withAutoincrementUnsaid(table, column));
    found.put(deepFreeze({ ...table, columns }));
  }
  const left = (await connection.dialect.undescribed?.(connection, options)) ?? [];
  if (left.length > 0)
    warn(
      `Left out, since no models describe it: ${left.map(inWords).join('; ')}. What needs it fails where it isn't there: make it by op.execute.`,
    );
  return new MetaData(found.objects);
}

function inWords({ sort, names }: Undescribed): string {
  const more = names.length - mostNames;
  return `${sort}: ${names.slice(0, mostNames).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const mostNames = 10;
