import { RevisionError } from '../errors.ts';
import type { Edges, Graph } from './graph.ts';
import { type Membership, NodeSet } from './node-set.ts';

/** The starts and all that edges lead to from them, if need be without leaving `within`. */
export function reach(graph: Graph, starts: Iterable<number>, edges: Edges, within?: Membership): NodeSet {
  const reached = new NodeSet(graph.ids.length, starts);
  // the set grows while it is read
  for (const node of reached) {
    for (const target of edges[node]!) if (within?.has(target) ?? true) reached.add(target);
  }
  graph.visits += reached.size;
  return reached;
}

/** The starts and everything that they need, dependencies included. */
export function ancestors(graph: Graph, starts: Iterable<number>): NodeSet {
  return reach(graph, starts, graph.normalizedDown);
}

/** The starts and everything that needs them, dependencies included. */
export function descendants(graph: Graph, starts: Iterable<number>): NodeSet {
  return reach(graph, starts, graph.allNext);
}

/** The nodes that are an ancestor or a descendant of one of the starts, and the starts. */
export function lineage(graph: Graph, starts: readonly number[], includeDependencies: boolean): NodeSet {
  const related = reach(graph, starts, includeDependencies ? graph.normalizedDown : graph.down);
  for (const node of reach(graph, starts, includeDependencies ? graph.allNext : graph.next))
    related.add(node);
  return related;
}

/**
 * Refuses starts of which one leads to another.
 *
 * @throws RevisionError `REVISIONS_OVERLAP`
 */
export function refuseOverlaps(graph: Graph, starts: readonly number[], edges: Edges): void {
  const wanted = new Set(starts);
  if (wanted.size < 2) return;
  const below = new Set<number>();
  for (const start of wanted) for (const target of edges[start]!) below.add(target);
  const reached = reach(graph, below, edges);
  const overlap = [...wanted].find((start) => reached.has(start));
  if (overlap === undefined) return;
  const ids = [...wanted].map((node) => graph.ids[node]!);
  throw new RevisionError(
    'REVISIONS_OVERLAP',
    `Of the revisions ${ids.map((id) => `'${id}'`).join(', ')} one is an ancestor of another: '${graph.ids[overlap]}'. A set of current or target revisions holds only the newest of each branch.`,
    { details: { revisions: ids, overlap: graph.ids[overlap]! } },
  );
}
