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
