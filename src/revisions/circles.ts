import { CycleDetected, DependencyCycleDetected } from '../errors.ts';
import type { Edges } from './graph.ts';

/**
 * Sorts the nodes so that each comes after all that it needs.
 *
 * Alembic looks for nodes that no head or no base reaches, and so misses a circle that hangs between a head and a
 * base; here every circle is found.
 *
 * @throws CycleDetected `REVISION_CYCLE` for a circle of down revisions, DependencyCycleDetected `DEPENDENCY_CYCLE`
 * for one that only dependencies close
 */
export function sortOldestFirst(
  ids: readonly string[],
  down: Edges,
  allDown: Edges,
  allNext: Edges,
): number[] {
  const everyNode = ids.map((_, node) => node);
  const { sorted, stuck } = peel(everyNode, allDown, allNext);
  if (stuck.size === 0) return sorted;

  const stuckDown = down.map((nodes) => [...new Set(nodes)].filter((node) => stuck.has(node)));
  const byVersion = peel([...stuck], stuckDown, reverse(stuckDown));
  if (byVersion.stuck.size > 0) throw circleError(CycleDetected, ids, findCircle(byVersion.stuck, down));
  throw circleError(DependencyCycleDetected, ids, findCircle(stuck, allDown));
}

/** Takes away nodes that wait for nothing, again and again; what is stuck waits for a circle. */
function peel(nodes: readonly number[], down: Edges, next: Edges): { sorted: number[]; stuck: Set<number> } {
  const waiting = down.map((edges) => edges.length);
  const sorted = nodes.filter((node) => waiting[node] === 0);
  // `sorted` grows while it is read: nodes join it as their last obstacle goes
  for (const node of sorted) {
    for (const above of next[node]!) {
      waiting[above]!--;
      if (waiting[above] === 0) sorted.push(above);
    }
  }
  // whatever a sorted node waited for is sorted before it, so only stuck nodes still wait
  const stuck = sorted.length === nodes.length ? [] : nodes.filter((node) => waiting[node]! > 0);
  return { sorted, stuck: new Set(stuck) };
}

function reverse(edges: Edges): Edges {
  const reversed: number[][] = edges.map(() => []);
  edges.forEach((targets, node) => {
    for (const target of targets) reversed[target]!.push(node);
  });
  return reversed;
}

/** Each stuck node has a stuck node below it, so a walk down must come back to where it was. */
function findCircle(stuck: ReadonlySet<number>, edges: Edges): number[] {
  const path: number[] = [];
  const position = new Map<number, number>();
  let node = stuck.values().next().value!;
  while (!position.has(node)) {
    position.set(node, path.length);
    path.push(node);
    node = edges[node]!.find((below) => stuck.has(below))!;
  }
  return path.slice(position.get(node));
}

function circleError(
  Kind: typeof CycleDetected,
  ids: readonly string[],
  circle: readonly number[],
): CycleDetected {
  const revisions = circle.map((node) => ids[node]!);
  const shown = revisions.length > 12 ? [...revisions.slice(0, 11), '…'] : revisions;
  const arrows = [...shown, revisions[0]].map((id) => (id === '…' ? id : `'${id}'`)).join(' -> ');
  const dependency = Kind === DependencyCycleDetected;
  return new Kind(
    dependency ? 'DEPENDENCY_CYCLE' : 'REVISION_CYCLE',
    dependency
      ? `Down revisions and dependencies lead in a circle: ${arrows}. Take one dependsOn of them away.`
      : `Down revisions lead in a circle: ${arrows}. Correct the downRevision of one of them.`,
    { details: { revisions } },
  );
}
