import type { Edges } from './graph.ts';

const none: ReadonlySet<string> = new Set<string>();

/**
 * The labels of each node. A label flows to every descendant by down revisions, through merges. It also flows down
 * from a revision on the last, straight stretch of a branch (no branch point, no merge point up to the head) as far
 * as the stretch goes.
 *
 * Nodes with the same labels share one set, so a long branch costs no more than a short one.
 */
export function inheritLabels(
  own: readonly ReadonlySet<string>[],
  down: Edges,
  next: Edges,
  allNext: Edges,
  oldestFirst: readonly number[],
): ReadonlySet<string>[] {
  const labels: ReadonlySet<string>[] = own.map(() => none);
  if (own.every((set) => set.size === 0)) return labels;

  for (const node of oldestFirst)
    labels[node] = union([own[node]!, ...down[node]!.map((below) => labels[below]!)]);

  const straight = new Uint8Array(own.length);
  for (let i = oldestFirst.length - 1; i >= 0; i--) {
    const node = oldestFirst[i]!;
    // a revision that another depends on is on two ways up, though only one of them is a branch
    if (down[node]!.length > 1 || allNext[node]!.length > 1) continue;
    const above = next[node]![0];
    if (above === undefined) straight[node] = 1;
    else if (straight[above] === 1) {
      straight[node] = 1;
      labels[node] = labels[above]!;
    }
  }
  return labels;
}

function union(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  let result = none;
  for (const set of sets) {
    if (set === result || set.size === 0) continue;
    if (result.size === 0) result = set;
    else if ([...set].some((label) => !result.has(label))) result = new Set([...result, ...set]);
  }
  return result;
}
