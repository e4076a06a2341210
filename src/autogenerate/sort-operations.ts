import type { Definitions } from '../operations/definitions.ts';
import type { Operation, Touches } from '../operations/operation.ts';

/**
 * Sorts operations by what each requires, provides, changes, releases and removes; where nothing orders two of them, the given order stays. Where operations
 * wait for each other in a circle, those in it are split (a table and its foreign keys) until there is none.
 *
 * `standing` is what objects that stay as they are stand on: who requires one of them comes after what changes below it, unless that closes a circle.
 *
 * Work is in proportion to the operations and their keys.
 */
export function sortOperations(
  operations: readonly Operation[],
  definitions: Definitions,
  standing: readonly Touches[] = [],
): readonly Operation[] {
  let current = placed(operations, definitions);
  const through = attempt(current, definitions, standing);
  if (through.stuck.size === 0 && through.sorted.length === current.length) return through.sorted;
  for (;;) {
    const { sorted, stuck } = attempt(current, definitions);
    if (stuck.size === 0) return sorted;
    const circle = keysOf(stuck, definitions);
    const split = current.flatMap((operation) =>
      stuck.has(operation) ? (definitions.split(operation, circle) ?? [operation]) : [operation],
    );
    // what can't be split any further, and what waits behind it, runs in the order given: the database has the last word
    if (split.length === current.length && split.every((operation, i) => operation === current[i])) {
      const done = new Set(sorted);
      return [...sorted, ...current.filter((operation) => !done.has(operation))];
    }
    current = split;
  }
}

/** What operations make, change and remove. */
function keysOf(operations: Iterable<Operation>, definitions: Definitions): ReadonlySet<string> {
  const all = [...operations].map((operation) => definitions.touches(operation));
  return new Set(
    all.flatMap(({ provides = [], changes = [], removes = [] }) => [...provides, ...changes, ...removes]),
  );
}

/** Those that ask for the first or the last place put there. */
function placed(operations: readonly Operation[], definitions: Definitions): readonly Operation[] {
  const places = operations.map((operation) => {
    const { place } = definitions.touches(operation);
    return { operation, rank: place === 'first' ? -1 : place === 'last' ? 1 : 0 };
  });
  return places.toSorted((a, b) => a.rank - b.rank).map(({ operation }) => operation);
}

function attempt(
  operations: readonly Operation[],
  definitions: Definitions,
  standing: readonly Touches[] = [],
): { sorted: Operation[]; stuck: Set<Operation> } {
  // what stays is first in the given order: it holds nobody up that doesn't stand on it
  const nodes = [...standing.map(() => null), ...operations];
  const before = edges([...standing, ...operations.map((operation) => definitions.touches(operation))]);
  const after: number[][] = before.map(() => []);
  const waiting = before.map((each) => each.size);
  for (const [node, each] of before.entries()) for (const earlier of each) after[earlier]?.push(node);
  const ready = waiting.flatMap((count, node) => (count === 0 ? [node] : []));
  const sorted: Operation[] = [];
  const done = new Set<number>();
  // a heap would be asymptotically better; a sorted insertion keeps the given order and the lists are short
  while (ready.length > 0) {
    const node = ready.shift() as number;
    const operation = nodes[node] ?? null;
    if (operation !== null) sorted.push(operation);
    done.add(node);
    for (const next of after[node] ?? []) {
      waiting[next] = (waiting[next] ?? 0) - 1;
      if (waiting[next] === 0) insert(ready, next);
    }
  }
  return { sorted, stuck: onCircles(before, done, nodes) };
}

/** For each operation, those that must run before it. */
export function edges(all: readonly Touches[]): readonly Set<number>[] {
  const by = (facet: keyof Touches): Map<string, number[]> => {
    const map = new Map<string, number[]>();
    for (const [node, touches] of all.entries()) {
      for (const each of touches[facet] ?? []) {
        const list = map.get(each);
        if (list === undefined) map.set(each, [node]);
        else list.push(node);
      }
    }
    return map;
  };
  const provides = by('provides');
  const changes = by('changes');
  const releases = by('releases');
  const removes = by('removes');
  return all.map((touches, node) => {
    const earlier = new Set<number>();
    const add = (map: Map<string, number[]>, keys: readonly string[] | undefined): void => {
      for (const each of keys ?? [])
        for (const other of map.get(each) ?? []) if (other !== node) earlier.add(other);
    };
    // what it needs is made, and in its last form
    add(provides, touches.requires);
    add(changes, touches.requires);
    // what stood on it has let go
    add(releases, touches.removes);
    add(releases, touches.changes);
    // a name is free before it is taken again
    add(removes, touches.provides);
    return earlier;
  });
}

/** Those left over that can reach themselves: what merely waits behind a circle isn't in it. */
function onCircles(
  before: readonly Set<number>[],
  done: ReadonlySet<number>,
  nodes: readonly (Operation | null)[],
): Set<Operation> {
  const left = new Set([...before.keys()].filter((node) => !done.has(node)));
  // nobody left waits for it: it stands behind the circle
  const waits = new Map<number, number>();
  for (const node of left)
    for (const earlier of before[node] ?? [])
      if (left.has(earlier)) waits.set(earlier, (waits.get(earlier) ?? 0) + 1);
  const free = [...left].filter((node) => !waits.has(node));
  for (let node = free.pop(); node !== undefined; node = free.pop()) {
    left.delete(node);
    for (const earlier of before[node] ?? []) {
      if (!left.has(earlier)) continue;
      const count = (waits.get(earlier) ?? 0) - 1;
      waits.set(earlier, count);
      if (count === 0) free.push(earlier);
    }
  }
  return new Set([...left].flatMap((node) => nodes[node] ?? []));
}

function insert(sorted: number[], node: number): void {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < node) low = middle + 1;
    else high = middle;
  }
  sorted.splice(low, 0, node);
}
