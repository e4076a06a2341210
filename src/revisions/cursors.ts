import type { Graph } from './graph.ts';
import { MinHeap } from './min-heap.ts';
import type { Membership } from './node-set.ts';

/** Cursors on nodes, in the order in which they were made; a cursor is its place in that order. */
export class Cursors {
  readonly #cursorAt: Int32Array;
  readonly #nodes: number[] = [];
  readonly #previous: number[] = [];
  readonly #next: number[] = [];
  /** when each cursor last moved; never again, for those that are gone */
  readonly #movedAt: number[] = [];
  #first = -1;
  #last = -1;
  #clock = 0;

  constructor(size: number) {
    this.#cursorAt = new Int32Array(size).fill(-1);
  }

  /** how many moves there were */
  get clock(): number {
    return this.#clock;
  }

  get first(): number | null {
    return this.#first < 0 ? null : this.#first;
  }

  /** the cursor on a node */
  at(node: number): number | null {
    const cursor = this.#cursorAt[node]!;
    return cursor < 0 ? null : cursor;
  }

  nodeOf(cursor: number): number {
    return this.#nodes[cursor]!;
  }

  hasStayedSince(cursor: number, time: number): boolean {
    return this.#movedAt[cursor]! <= time;
  }

  append(node: number): void {
    const cursor = this.#nodes.push(node) - 1;
    this.#cursorAt[node] = cursor;
    this.#movedAt.push(this.#clock);
    this.#previous.push(this.#last);
    this.#next.push(-1);
    if (this.#last < 0) this.#first = cursor;
    else this.#next[this.#last] = cursor;
    this.#last = cursor;
  }

  move(cursor: number, node: number): void {
    this.#cursorAt[this.#nodes[cursor]!] = -1;
    this.#cursorAt[node] = cursor;
    this.#nodes[cursor] = node;
    this.#movedAt[cursor] = ++this.#clock;
  }

  /** @returns the cursor before the removed one */
  remove(cursor: number): number | null {
    this.#cursorAt[this.#nodes[cursor]!] = -1;
    this.#movedAt[cursor] = Number.POSITIVE_INFINITY;
    this.#clock++;
    const previous = this.#previous[cursor]!;
    const next = this.#next[cursor]!;
    if (previous < 0) this.#first = next;
    else this.#next[previous] = next;
    if (next < 0) this.#last = previous;
    else this.#previous[next] = previous;
    return previous < 0 ? null : previous;
  }
}

/**
 * Finds the first cursor above a node.
 *
 * As cursors move down, leave and join at the end, the first cursor on or above a given node only ever becomes a
 * later one. So what was once found stays a lower bound, and is right for as long as that cursor hasn't moved; each
 * node keeps the nodes above it in a heap by these bounds, and only the most promising one is looked at again.
 */
export class CursorFinder {
  readonly #graph: Graph;
  readonly #region: Membership;
  readonly #cursors: Cursors;
  /** for each node a cursor that none on or above it comes before */
  readonly #bound: Int32Array;
  /** when the bound was the first cursor itself; -1 for never */
  readonly #exactAt: Int32Array;
  readonly #above = new Map<number, MinHeap>();

  constructor(graph: Graph, region: Membership, cursors: Cursors) {
    this.#graph = graph;
    this.#region = region;
    this.#cursors = cursors;
    this.#bound = new Int32Array(graph.ids.length);
    this.#exactAt = new Int32Array(graph.ids.length).fill(-1);
  }

  /** The first cursor strictly above a node; there has to be one. */
  firstAbove(asked: number): number {
    const todo = [asked];
    for (;;) {
      const node = todo.at(-1)!;
      this.#graph.visits++;
      const best = this.#mostPromising(node);
      if (best !== null && !this.#isExact(best)) {
        todo.push(best);
        continue;
      }
      const found = best === null ? Number.POSITIVE_INFINITY : this.#bound[best]!;
      if (todo.length === 1) return found;
      this.#bound[node] = Math.min(found, this.#cursors.at(node) ?? found);
      this.#exactAt[node] = this.#cursors.clock;
      todo.pop();
    }
  }

  #isExact(node: number): boolean {
    const bound = this.#bound[node]!;
    if (this.#cursors.at(node) === bound) return true;
    const time = this.#exactAt[node]!;
    return time >= 0 && this.#cursors.hasStayedSince(bound, time);
  }

  /** Of the nodes directly above, the one with the lowest bound; null where none is left. */
  #mostPromising(node: number): number | null {
    let heap = this.#above.get(node);
    if (heap === undefined) {
      heap = new MinHeap();
      for (const above of this.#graph.allNext[node]!) {
        if (this.#region.has(above)) heap.push(this.#bound[above]!, above);
      }
      this.#above.set(node, heap);
    }
    for (;;) {
      const lowest = heap.lowest();
      if (lowest === null) return null;
      const { key, value: above } = lowest;
      const bound = this.#bound[above]!;
      if (!this.#region.has(above)) heap.pop();
      else if (bound > key) heap.replaceLowest(bound, above);
      else return above;
      this.#graph.visits++;
    }
  }
}
