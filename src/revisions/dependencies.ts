import type { Edges } from './graph.ts';

/**
 * Leaves out each dependency that an ancestor (by down revisions) has too: it is below that ancestor already.
 *
 * Only a dependency that several revisions share can be left out, so the others cost nothing. For the shared ones
 * ancestors are asked for on a graph of chains, in which a straight stretch of history is one step.
 *
 * @param oldestFirst every node after all that it needs
 */
export function normalizeDependencies(
  dependencies: Edges,
  down: Edges,
  oldestFirst: readonly number[],
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

  const chains = new Chains(down, oldestFirst);
  return dependencies.map((targets, node) => {
    const candidates = targets.filter(shared);
    if (candidates.length === 0) return targets;
    const isAncestor = chains.ancestorsOf(node, () =>
      Math.min(
        ...candidates.flatMap((target) => dependents.get(target)!.map((other) => chains.rank[other]!)),
      ),
    );
    return targets.filter(
      (target) => !dependents.get(target)!.some((other) => other !== node && isAncestor(other)),
    );
  });
}

/** The history cut into chains: stretches in which each node has the one before it as a down revision. */
class Chains {
  readonly rank: Int32Array;
  readonly #chain: Int32Array;
  readonly #position: Int32Array;
  /** for each chain, oldest first, the nodes in it that have a down revision outside of it */
  readonly #exits: { readonly position: number; readonly targets: readonly number[] }[][] = [];

  constructor(down: Edges, oldestFirst: readonly number[]) {
    this.rank = new Int32Array(down.length);
    this.#chain = new Int32Array(down.length);
    this.#position = new Int32Array(down.length);
    const tails: number[] = [];
    oldestFirst.forEach((node, rank) => {
      this.rank[node] = rank;
      const below = down[node]!.find((target) => tails[this.#chain[target]!] === target);
      const chain = below === undefined ? tails.length : this.#chain[below]!;
      if (below === undefined) this.#exits.push([]);
      this.#chain[node] = chain;
      this.#position[node] = below === undefined ? 0 : this.#position[below]! + 1;
      tails[chain] = node;
      const targets = down[node]!.filter((target) => target !== below);
      if (targets.length > 0) this.#exits[chain]!.push({ position: this.#position[node]!, targets });
    });
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
      const chain = this.#chain[at]!;
      const known = reached.get(chain) ?? -1;
      const position = this.#position[at]!;
      if (position <= known) continue;
      reached.set(chain, position);
      const exits = this.#exits[chain]!;
      for (let i = lastAtOrBelow(exits, position); i >= 0 && exits[i]!.position > known; i--) {
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
