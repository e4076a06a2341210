import type { CompareContext, ObjectKind } from '../../dialect/object-kind.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Table } from '../../schema/table.ts';
import type { Index } from '../../schema/table-index.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { pairByName } from '../constraint/pair-by-name.ts';
import { defineObjectKind } from '../object-kind.ts';
import { createIndex, dropIndex } from './operations.ts';

export const indexKind: ObjectKind = defineObjectKind({
  kind: 'index',
  operations: [createIndex, dropIndex],
  compareIn: compareIndexes,
});

/** What has indexes: a table, or a materialized view. */
type Indexed = Pick<Table, 'name' | 'schema' | 'indexes'>;

export function compareIndexes(
  pair: {
    readonly model: Indexed | null;
    readonly canonical: Indexed | null;
    readonly database: Indexed | null;
  },
  context: CompareContext,
): readonly Operation[] {
  const { model, canonical, database } = pair;
  const at = { table: (model ?? database)?.name ?? '', schema: (model ?? database)?.schema ?? null };
  const wanted = (canonical?.indexes ?? []).map((index, i) => ({
    canonical: index,
    model: model?.indexes[i] ?? index,
  }));
  const pairs = pairByName(
    wanted,
    database?.indexes ?? [],
    (a, b) => sameDefinition(a.canonical, b),
    (a) => a.canonical.name,
  );
  return pairs.flatMap(({ wanted: want, there: have }): Operation[] => {
    if (
      want !== null &&
      have !== null &&
      want.canonical.name === have.name &&
      sameDefinition(want.canonical, have)
    )
      return [];
    const includes = (index: Index, reflected: boolean, compareTo: Index | null): boolean =>
      context.includes({
        type: 'index',
        name: index.name,
        object: index,
        reflected,
        compareTo,
        table: (reflected ? database : model) as Table | null,
      });
    const added =
      want !== null && includes(want.model, false, have)
        ? { ...want.model, name: want.canonical.name }
        : null;
    const removed = have !== null && includes(have, true, want?.model ?? null) ? have : null;
    if (want !== null && have !== null && (added === null || removed === null)) return [];
    return [
      ...(removed === null
        ? []
        : [
            {
              kind: 'dropIndex',
              ...at,
              name: removed.name,
              ifExists: false,
              options: concurrently(removed),
              was: usable(removed),
            } as Operation,
          ]),
      ...(added === null
        ? []
        : [{ kind: 'createIndex', ...at, index: added, ifNotExists: false } as Operation]),
    ].map(deepFreeze);
  });
}

function sameDefinition(a: Index, b: Index): boolean {
  return deepEqual(definition(a), definition(b));
}

/** How an index is built isn't part of what it is. */
function definition({ name: _, finalName: __, options, ...rest }: Index): object {
  const kept = Object.entries(options)
    .map(([dialect, { concurrently: ___, ...others }]) => [dialect, others] as const)
    .filter(([, others]) => Object.keys(others).length > 0);
  return { ...rest, options: Object.fromEntries(kept) };
}

/** As it was meant: what is made again is whole. */
function usable({ isValid: _, ...index }: Index): Index {
  return index;
}

function concurrently(index: Index): Index['options'] {
  return index.options.postgresql?.concurrently === true ? { postgresql: { concurrently: true } } : {};
}
