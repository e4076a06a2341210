import { ArgumentError } from '../errors.ts';
import { displayName, type QualifiedName } from '../schema/names.ts';
import type { SchemaModel } from '../schema/schema-model.ts';
import type { Table } from '../schema/table.ts';
import { deepFreeze } from '../util/deep-freeze.ts';

/**
 * Replaces a table of the model by what `change` makes of it: the lens through which `apply` sees a table.
 *
 * @throws ArgumentError `NOT_IN_MODEL` when the model has no such table.
 */
export function changeTable(schema: SchemaModel, name: QualifiedName, change: (table: Table) => Table): void {
  const table = schema.table(name);
  if (table === undefined) {
    throw new ArgumentError('NOT_IN_MODEL', `There is no table '${displayName(name)}'.`);
  }
  const changed = change(table);
  if (changed.name !== table.name || changed.schema !== table.schema) schema.delete('table', name);
  schema.put(deepFreeze(changed));
}

/** @throws ArgumentError `NOT_IN_MODEL` when none of `items` is the one looked for. */
export function without<T>(
  items: readonly T[],
  isIt: (item: T) => boolean,
  what: string,
  owner: QualifiedName,
): readonly T[] {
  const kept = items.filter((item) => !isIt(item));
  if (kept.length === items.length) {
    throw new ArgumentError('NOT_IN_MODEL', `Table '${displayName(owner)}' has no ${what}.`);
  }
  return kept;
}

/** @throws ArgumentError `ALREADY_IN_MODEL` when one of `items` is the same already. */
export function withNew<T>(
  items: readonly T[],
  item: T,
  isIt: (item: T) => boolean,
  what: string,
  owner: QualifiedName,
): readonly T[] {
  if (items.some(isIt)) {
    throw new ArgumentError('ALREADY_IN_MODEL', `Table '${displayName(owner)}' has ${what} already.`);
  }
  return [...items, item];
}
