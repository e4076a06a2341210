import type { Revision } from './revision.ts';

/** For each node the nodes that its edges of one kind lead to. */
export type Edges = readonly (readonly number[])[];

/**
 * The history as numbers: a node is the index of its revision in load order. Everything that walks the graph works
 * on these; only the outermost functions speak of ids.
 */
export interface Graph {
  readonly revisions: readonly Revision[];
  readonly ids: readonly string[];
  /** ids and branch labels to nodes: ids in load order first, then labels */
  readonly names: ReadonlyMap<string, number>;
  /** down revisions, as written */
  readonly down: Edges;
  /** down revisions and dependencies, each once */
  readonly allDown: Edges;
  /** `allDown` without dependencies that an ancestor has too */
  readonly normalizedDown: Edges;
  /** the reverse of `down`, in load order */
  readonly next: Edges;
  /** the reverse of `allDown`, in load order */
  readonly allNext: Edges;
  /** own and inherited branch labels */
  readonly labels: readonly ReadonlySet<string>[];
  /** every node after all that it needs */
  readonly oldestFirst: readonly number[];
  /** nodes that nothing has as its down revision; `realHeads`: nor as its dependency */
  readonly heads: readonly number[];
  readonly realHeads: readonly number[];
  readonly bases: readonly number[];
  readonly realBases: readonly number[];
  /** nodes looked at since loading: how the tests see that work stays in proportion */
  visits: number;
}
