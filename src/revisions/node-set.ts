/** Tells which nodes are in. */
export interface Membership {
  has(node: number): boolean;
}

/** A set of nodes, given by their index in the graph; it remembers the order in which they came. */
export class NodeSet implements Membership, Iterable<number> {
  readonly #marks: Uint8Array;
  readonly #list: number[] = [];

  /** @param size how many nodes the graph has */
  constructor(size: number, nodes: Iterable<number> = []) {
    this.#marks = new Uint8Array(size);
    for (const node of nodes) this.add(node);
  }

  get size(): number {
    return this.#list.length;
  }

  has(node: number): boolean {
    return this.#marks[node] === 1;
  }

  /** @returns whether the node is new here */
  add(node: number): boolean {
    if (this.#marks[node] === 1) return false;
    this.#marks[node] = 1;
    this.#list.push(node);
    return true;
  }

  [Symbol.iterator](): Iterator<number> {
    return this.#list[Symbol.iterator]();
  }
}
