import type { Graph } from './graph.ts';
import { NodeSet } from './node-set.ts';
import type { VersionChanges } from './revision-step.ts';

/**
 * The version table during a plan. Its rows are the maximal elements of what is applied: a revision has a row as
 * long as nothing that needs it, by down revision or dependency, is applied.
 */
export class VersionRows {
  readonly #graph: Graph;
  readonly #rows: Set<number>;
  readonly #applied: NodeSet;
  readonly #takenBack: NodeSet;
  /** how many applied nodes stand directly on a node; counted when a downgrade first comes near it */
  readonly #standing = new Map<number, number>();

  constructor(graph: Graph, rows: Iterable<number>, applied: NodeSet) {
    this.#graph = graph;
    this.#rows = new Set(rows);
    this.#applied = applied;
    this.#takenBack = new NodeSet(graph.ids.length);
  }

  /** Applies a node: its row takes the place of the rows that it stands on. */
  upgrade(node: number): VersionChanges {
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
    const uncovered: string[] = [];
    for (const below of this.#graph.allDown[node]!) {
      if (this.#countStanding(below) > 0 || this.#rows.has(below)) continue;
      this.#rows.add(below);
      uncovered.push(this.#graph.ids[below]!);
    }
    const last = uncovered.pop();
    return last === undefined
      ? { delete: [id], insert: [], update: [] }
      : { delete: [], insert: uncovered, update: [[id, last]] };
  }

  /** How many nodes stand directly on one, after another one that did has gone. */
  #countStanding(node: number): number {
    const known = this.#standing.get(node);
    const above = this.#graph.allNext[node]!;
    this.#graph.visits += known === undefined ? above.length : 1;
    const count =
      known === undefined
        ? above.filter((other) => this.#applied.has(other) && !this.#takenBack.has(other)).length
        : known - 1;
    this.#standing.set(node, count);
    return count;
  }
}
