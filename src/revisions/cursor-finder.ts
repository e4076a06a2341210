import { type Chains, cutIntoChains } from './chains.ts';
import type { Cursors } from './cursors.ts';
import type { Graph } from './graph.ts';
import { MinHeap } from './min-heap.ts';
import type { Membership } from './node-set.ts';
import { RangeMinimum } from './range-minimum.ts';

/** The bound of a node that is gone: after every cursor. */
const gone = 0x7fffffff;

const chainsOf = new WeakMap<Graph, Chains>();

/**
 * Finds the first cursor above a node, of cursors that walk down a history.
 *
 * Each node has a bound: none of the cursors that reach its chain there (the one on the node itself, and those above
 * it on other chains) comes before it. As cursors move down, vanish, and join at the end, the first of those above only
 * ever becomes a later one; so what was once found stays a bound, and stays right as long as that cursor hasn't moved. The
 * first cursor above a node is the lowest bound on the rest of its chain, or comes from a chain beside it; where the
 * bound that promises most is no longer right, it is made right before it is believed.
 */
export class CursorFinder {
  readonly #graph: Graph;
  readonly #region: Membership;
  readonly #cursors: Cursors;
  readonly #chains: Chains;
  /** for each chain that was asked for, the bounds of its nodes */
  readonly #bounds = new Map<number, RangeMinimum>();
  /** for each node that was asked for, the nodes above it on other chains, by what bounds them */
  readonly #beside = new Map<number, MinHeap>();
  /** when the bound of a node was the first cursor itself; -1 for never */
  readonly #exactAt: Int32Array;

  constructor(graph: Graph, region: Membership, cursors: Cursors) {
    this.#graph = graph;
    this.#region = region;
    this.#cursors = cursors;
    this.#chains = chainsOf.get(graph) ?? cutIntoChains(graph.normalizedDown, graph.oldestFirst);
    chainsOf.set(graph, this.#chains);
    this.#exactAt = new Int32Array(graph.ids.length).fill(-1);
  }

  /** Has to be told of each cursor that comes to a node: alone from the same chain, a bound may become lower. */
  cursorCame(node: number): void {
    const bounds = this.#bounds.get(this.#chains.chain[node]!);
    const place = this.#chains.position[node]!;
    const cursor = this.#cursors.at(node)!;
    if (bounds !== undefined && cursor < bounds.get(place)) bounds.set(place, cursor);
  }

  /** The first cursor strictly above a node; there has to be one. */
  firstAbove(asked: number): number {
    const todo = [asked];
    for (;;) {
      const node = todo.at(-1)!;
      this.#graph.visits++;
      const next = node === asked ? this.#nextOnChain(node) : null;
      let best = this.#mostPromisingBeside(node);
      if (next !== null && (best === null || this.#boundOf(next) <= this.#boundOf(best))) best = next;
      if (best !== null && !this.#isExact(best)) {
        todo.push(best);
        continue;
      }
      const found = best === null ? gone : this.#boundOf(best);
      if (node === asked) return found;
      this.#setBound(node, Math.min(found, this.#cursors.at(node) ?? gone));
      this.#exactAt[node] = this.#cursors.clock;
      todo.pop();
    }
  }

  /** The node with the lowest bound on the rest of a node's chain; null at its end. */
  #nextOnChain(node: number): number | null {
    const { chain, position, nodes } = this.#chains;
    const start = position[node]! + 1;
    return start < nodes[chain[node]!]!.length ? this.#lowest(chain[node]!, start) : null;
  }

  /** The node with the lowest bound of those above a node on other chains; null where there is none. */
  #mostPromisingBeside(node: number): number | null {
    const heap = this.#besideOf(node);
    for (let entry = heap.lowest(); entry !== null; entry = heap.lowest()) {
      this.#graph.visits++;
      if (!this.#region.has(entry.value)) {
        heap.pop();
        continue;
      }
      const lowest = this.#lowest(this.#chains.chain[entry.value]!, this.#chains.position[entry.value]!);
      const bound = this.#boundOf(lowest);
      if (bound === entry.key) return lowest;
      heap.raiseLowest(bound);
    }
    return null;
  }

  #besideOf(node: number): MinHeap {
    const known = this.#beside.get(node);
    if (known !== undefined) return known;
    const { chain, position } = this.#chains;
    const heap = new MinHeap(
      this.#graph.allNext[node]!.filter((above) => {
        const isNext = chain[above] === chain[node] && position[above] === position[node]! + 1;
        return !isNext && this.#region.has(above);
      }),
    );
    this.#graph.visits += this.#graph.allNext[node]!.length;
    this.#beside.set(node, heap);
    return heap;
  }

  /** The node with the lowest bound on a chain from a position on; those that are gone are marked on the way. */
  #lowest(chain: number, start: number): number {
    const bounds = this.#boundsOf(chain);
    for (;;) {
      const place = bounds.lowestFrom(start);
      const node = this.#chains.nodes[chain]![place]!;
      if (this.#region.has(node) || bounds.get(place) === gone) return node;
      this.#graph.visits++;
      bounds.set(place, gone);
    }
  }

  #boundsOf(chain: number): RangeMinimum {
    const known = this.#bounds.get(chain);
    if (known !== undefined) return known;
    const nodes = this.#chains.nodes[chain]!;
    const bounds = new RangeMinimum(Int32Array.from(nodes, (node) => (this.#region.has(node) ? 0 : gone)));
    this.#graph.visits += nodes.length;
    this.#bounds.set(chain, bounds);
    return bounds;
  }

  #boundOf(node: number): number {
    return this.#boundsOf(this.#chains.chain[node]!).get(this.#chains.position[node]!);
  }

  #setBound(node: number, bound: number): void {
    this.#boundsOf(this.#chains.chain[node]!).set(this.#chains.position[node]!, bound);
  }

  #isExact(node: number): boolean {
    const bound = this.#boundOf(node);
    if (bound === gone || this.#cursors.at(node) === bound) return true;
    const time = this.#exactAt[node]!;
    return time >= 0 && this.#cursors.hasStayedSince(bound, time);
  }
}
