import type { CompareContext, ObjectKind } from '../../dialect/object-kind.ts';
import type { Operation } from '../../operations/operation.ts';
import { displayName, type QualifiedName } from '../../schema/names.ts';
import type { Table } from '../../schema/table.ts';
import type { Index } from '../../schema/table-index.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import { deepFreeze } from '../../util/deep-freeze.ts';
import { pairByName } from '../constraint/pair-by-name.ts';
import { defineObjectKind } from '../object-kind.ts';
import { concurrently, createIndex, dropIndex, isConcurrent, notConcurrently } from './operations.ts';

export const indexKind: ObjectKind = defineObjectKind({
  kind: 'index',
  operations: [createIndex, dropIndex],
  compareIn: compareIndexes,
});

interface Wanted {
  readonly canonical: Index;
  readonly model: Index;
}

/** What has indexes: a table, or a materialized view. */
type Indexed = Pick<Table, 'name' | 'schema' | 'indexes' | 'options'>;

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
  const wanted = (canonical?.indexes ?? []).map(
    (index, i): Wanted => ({ canonical: index, model: model?.indexes[i] ?? index }),
  );
  const pairs = pairByName(
    wanted,
    database?.indexes ?? [],
    (a, b) => sameDefinition(a.canonical, b),
    (a) => a.canonical.name,
  );
  const gone = pairs.flatMap(({ wanted: want, there: have }) => (want === null ? (have ?? []) : []));
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
    const isPartitioned = database?.options.postgresql?.partitionBy !== undefined;
    if (isPartitioned && want !== null && isConcurrent(want.model))
      context.warn(notOfPartitioned(want, { schema: at.schema, name: at.table }));
    const how = isPartitioned ? notConcurrently : inWhichWay(want, have, gone);
    const added =
      want !== null && includes(want.model, false, have)
        ? how({ ...want.model, name: want.canonical.name })
        : null;
    const removed = have !== null && includes(have, true, want?.model ?? null) ? how(usable(have)) : null;
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
              options: isConcurrent(removed) ? concurrently : {},
              was: removed,
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

type InWay = <I extends Index>(index: I) => I;

/**
 * Concurrently, or not: as the model says it, for the index that it replaces too. A rename is done at once, and what is unique stays so at each moment: both are said within a
 * transaction.
 */
function inWhichWay(want: Wanted | null, have: Index | null, gone: readonly Index[]): InWay {
  if (want === null || !isConcurrent(want.model)) return (index) => index;
  const isRenamed = have === null && gone.some((other) => sameDefinition(want.canonical, other));
  const isHeld = have?.unique === true && have.isValid !== false;
  if (isRenamed || isHeld) return notConcurrently;
  return (index) => ({
    ...index,
    options: { ...index.options, postgresql: { ...index.options.postgresql, concurrently: true } },
  });
}

function notOfPartitioned({ canonical }: Wanted, owner: QualifiedName): string {
  return `The index '${canonical.name}' of '${displayName(owner)}' is written without CONCURRENTLY, which PostgreSQL doesn't know for partitioned tables: writing to it waits meanwhile. To keep that short, make an index like it on each partition before, concurrently.`;
}
