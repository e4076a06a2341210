import type { ForeignKey } from './foreign-key.ts';
import { keyOf } from './names.ts';
import { foreignKeysOf, type Table } from './table.ts';

/** Tables in an order in which they can be made, and the foreign keys that have to wait because they close a cycle. */
export interface SortedTables {
  readonly tables: readonly Table[];
  readonly deferred: readonly { readonly table: Table; readonly foreignKey: ForeignKey }[];
}

/**
 * Sorts tables by their foreign keys, referents first; among equals the given order stays. Keys marked `useAlter` don't count; of a cycle, the keys that
 * point back are deferred. No recursion: any depth works.
 */
export function sortTables(tables: readonly Table[]): SortedTables {
  const byKey = new Map(tables.map((table) => [keyOf(table), table]));
  const sorted: Table[] = [];
  const deferred: { table: Table; foreignKey: ForeignKey }[] = [];
  const state = new Map<Table, 'open' | 'done'>();
  for (const root of tables) {
    const stack: { table: Table; keys: ForeignKey[] }[] = [];
    const enter = (table: Table): void => {
      state.set(table, 'open');
      stack.push({ table, keys: [...foreignKeysOf(table)].reverse() });
    };
    if (!state.has(root)) enter(root);
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const key = frame.keys.pop();
      if (key === undefined) {
        state.set(frame.table, 'done');
        sorted.push(frame.table);
        stack.pop();
        continue;
      }
      const target = byKey.get(keyOf({ schema: key.referredSchema, name: key.referredTable }));
      if (target === undefined || target === frame.table) continue;
      if (key.useAlter || state.get(target) === 'open')
        deferred.push({ table: frame.table, foreignKey: key });
      else if (!state.has(target)) enter(target);
    }
  }
  return { tables: sorted, deferred };
}
