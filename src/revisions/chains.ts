import type { Edges } from './graph.ts';

/** The history cut into chains: stretches in which each node is one of those directly above the node before it. */
export interface Chains {
  /** for each node the number of its chain */
  readonly chain: Int32Array;
  /** for each node its place in its chain, the oldest first */
  readonly position: Int32Array;
  /** for each chain its nodes, the oldest first */
  readonly nodes: readonly (readonly number[])[];
}

/**
 * Cuts a history into chains: each node prolongs the chain of the first node directly below it that nothing else
 * has prolonged.
 *
 * @param down edges to older nodes
 * @param oldestFirst every node after those that its edges lead to
 */
export function cutIntoChains(down: Edges, oldestFirst: readonly number[]): Chains {
  const chain = new Int32Array(down.length);
  const position = new Int32Array(down.length);
  const nodes: number[][] = [];
  for (const node of oldestFirst) {
    const below = down[node]!.find((target) => nodes[chain[target]!]!.at(-1) === target);
    if (below === undefined) {
      chain[node] = nodes.push([node]) - 1;
    } else {
      chain[node] = chain[below]!;
      position[node] = nodes[chain[below]!]!.push(node) - 1;
    }
  }
  return { chain, position, nodes };
}
