import type { Graph } from './graph.ts';
import { NodeSet } from './node-set.ts';
import type { VersionChanges } from './revision-step.ts';
import { reach } from './traversal.ts';

/**
 * The version table during a plan. Its rows are the maximal elements of what is applied: a revision has a row as
 * long as nothing that needs it, by down revision or dependency, is applied.
 */
export class VersionRows {
  readonly #graph: Graph;
  readonly #rows: Set<number>;
  readonly #applied: NodeSet;
  readonly #takenBack: NodeSet;
  /** the table says of a revision and of its ancestor that they are rows: it was changed by other means */
  readonly #isImpossible: boolean;
  /** how many applied nodes stand directly on a node; counted when a downgrade first comes near it */
  readonly #standing = new Map<number, number>();

  constructor(graph: Graph, rows: Iterable<number>, applied: NodeSet) {
    this.#graph = graph;
    this.#rows = new Set(rows);
    this.#applied = applied;
    this.#takenBack = new NodeSet(graph.ids.length);
    this.#isImpossible = [...this.#rows].some((row) =>
      graph.allNext[row]!.some((above) => applied.has(above)),
    );
  }

  /** Applies a node: its row takes the place of the rows that it stands on. */
  upgrade(node: number): VersionChanges {
    if (this.#rows.has(node)) return { delete: [], insert: [], update: [] };
    const id = this.#graph.ids[node]!;
    const replaced = this.#graph.normalizedDown[node]!.filter((below) => this.#rows.delete(below));
    this.#rows.add(node);
    this.#graph.visits++;
    const ids = replaced.map((below) => this.#graph.ids[below]!);
    const last = ids.pop();
    return last === undefined
      ? { delete: [], insert: [id], update: [] }
      : { delete: ids, insert: [], update: [[last, id]] };
  }

  /** Takes a node back: rows of what nothing stands on any more take the place of its own. */
  downgrade(node: number): VersionChanges {
    const id = this.#graph.ids[node]!;
    this.#rows.delete(node);
    this.#takenBack.add(node);
    for (const below of this.#graph.allDown[node]!) this.#countStanding(below);
    const uncovered = this.#graph.normalizedDown[node]!.filter((below) => !this.#isCovered(below));
    for (const below of uncovered) this.#rows.add(below);
    const ids = uncovered.map((below) => this.#graph.ids[below]!);
    const last = ids.pop();
    return last === undefined
      ? { delete: [id], insert: [], update: [] }
      : { delete: [], insert: ids, update: [[id, last]] };
  }

  /** Whether a node needs no row, because it has one or something that stands on it is still applied. */
  #isCovered(node: number): boolean {
    if (this.#rows.has(node)) return true;
    if (this.#standing.get(node) === 0) return false;
    // in an impossible table a node may stand there without a row above it: only rows count then, as for Alembic
    return !this.#isImpossible || this.#rows.size === 0 || this.#isBelowRow(node);
  }

  #isBelowRow(node: number): boolean {
    const isLeft = { has: (above: number) => this.#applied.has(above) && !this.#takenBack.has(above) };
    for (const above of reach(this.#graph, [node], this.#graph.allNext, isLeft))
      if (this.#rows.has(above)) return true;
    return false;
  }

  /** Counts the nodes that stand directly on one, after another one that did has gone. */
  #countStanding(node: number): void {
    const known = this.#standing.get(node);
    const above = this.#graph.allNext[node]!;
    this.#graph.visits += known === undefined ? above.length : 1;
    const count =
      known === undefined
        ? above.filter((other) => this.#applied.has(other) && !this.#takenBack.has(other)).length
        : known - 1;
    this.#standing.set(node, count);
  }
}
