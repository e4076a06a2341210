import { cutIntoChains } from './chains.ts';
import type { Edges } from './graph.ts';

/**
 * Leaves out each dependency that an ancestor (by down revisions) has too: it is below that ancestor already.
 *
 * Only a dependency that several revisions share can be left out, so the others cost nothing. For the shared ones
 * ancestors are asked for on a graph of chains, in which a straight stretch of history is one step.
 *
 * @param oldestFirst every node after all that it needs
 * @param work counts the nodes looked at
 */
export function normalizeDependencies(
  dependencies: Edges,
  down: Edges,
  oldestFirst: readonly number[],
  work: { visits: number },
): Edges {
  const dependents = new Map<number, number[]>();
  dependencies.forEach((targets, node) => {
    for (const target of targets) {
      const others = dependents.get(target);
      if (others) others.push(node);
      else dependents.set(target, [node]);
    }
  });
  const shared = (target: number): boolean => dependents.get(target)!.length > 1;
  if (!dependencies.some((targets) => targets.some(shared))) return dependencies;

  const ancestry = new Ancestry(down, oldestFirst, work);
  return dependencies.map((targets, node) => {
    const candidates = targets.filter(shared);
    if (candidates.length === 0) return targets;
    const isAncestor = ancestry.ancestorsOf(node, () =>
      Math.min(
        ...candidates.flatMap((target) => dependents.get(target)!.map((other) => ancestry.rank[other]!)),
      ),
    );
    return targets.filter(
      (target) => !dependents.get(target)!.some((other) => other !== node && isAncestor(other)),
    );
  });
}

/** Answers which nodes are ancestors of which, on a graph of chains. */
class Ancestry {
  readonly rank: Int32Array;
  readonly #chain: Int32Array;
  readonly #position: Int32Array;
  readonly #work: { visits: number };
  /** for each chain, oldest first, where it has a down revision outside of it */
  readonly #exits: { readonly position: number; readonly targets: readonly number[] }[][];

  constructor(down: Edges, oldestFirst: readonly number[], work: { visits: number }) {
    const { chain, position, nodes } = cutIntoChains(down, oldestFirst);
    this.#chain = chain;
    this.#position = position;
    this.#work = work;
    this.#exits = nodes.map((members) =>
      members
        .map((node, place) => ({
          position: place,
          targets: down[node]!.filter((target) => target !== members[place - 1]),
        }))
        .filter(({ targets }) => targets.length > 0),
    );
    this.rank = new Int32Array(down.length);
    for (const [rank, node] of oldestFirst.entries()) this.rank[node] = rank;
  }

  /**
   * A test for being an ancestor of `node`. The own chain is answered at once; the others are walked when first
   * asked for, and not below the rank `lowest()`.
   */
  ancestorsOf(node: number, lowest: () => number): (other: number) => boolean {
    let reached: Map<number, number> | undefined;
    return (other) => {
      if (this.#chain[other] === this.#chain[node]) return this.#position[other]! < this.#position[node]!;
      if (this.rank[other]! > this.rank[node]!) return false;
      reached ??= this.#reach(node, lowest());
      return (reached.get(this.#chain[other]!) ?? -1) >= this.#position[other]!;
    };
  }

  /** How far up each chain the ancestors of `node` reach. */
  #reach(node: number, lowest: number): Map<number, number> {
    const reached = new Map<number, number>();
    const todo = [node];
    for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
      this.#work.visits++;
      const chain = this.#chain[at]!;
      const known = reached.get(chain) ?? -1;
      const position = this.#position[at]!;
      if (position <= known) continue;
      reached.set(chain, position);
      const exits = this.#exits[chain]!;
      for (let i = lastAtOrBelow(exits, position); i >= 0 && exits[i]!.position > known; i--) {
        this.#work.visits += exits[i]!.targets.length;
        for (const target of exits[i]!.targets) if (this.rank[target]! >= lowest) todo.push(target);
      }
    }
    return reached;
  }
}

/** The index of the last exit at or below a position, -1 where there is none; exits are sorted by position. */
function lastAtOrBelow(exits: readonly { readonly position: number }[], position: number): number {
  let low = 0;
  let high = exits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (exits[middle]!.position <= position) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
