/** A row of integers in which the place of the lowest one, from any place on, is found in logarithmic time. */
export class RangeMinimum {
  readonly #values: Int32Array;
  /** a binary tree: at `i` the place of the lowest value below `2i` and `2i + 1`; the leaves are the places */
  readonly #lowest: Int32Array;
  readonly #size: number;

  constructor(values: Int32Array) {
    this.#size = values.length;
    this.#values = values;
    this.#lowest = new Int32Array(2 * this.#size);
    for (let place = 0; place < this.#size; place++) this.#lowest[this.#size + place] = place;
    for (let at = this.#size - 1; at > 0; at--) this.#lowest[at] = this.#lower(2 * at, 2 * at + 1);
  }

  get(place: number): number {
    return this.#values[place]!;
  }

  set(place: number, value: number): void {
    this.#values[place] = value;
    for (let at = (this.#size + place) >> 1; at > 0; at >>= 1) {
      this.#lowest[at] = this.#lower(2 * at, 2 * at + 1);
    }
  }

  /** The place of the lowest value among those from a place on, which has to be there. */
  lowestFrom(start: number): number {
    let best = start;
    for (let left = this.#size + start, right = 2 * this.#size; left < right; left >>= 1, right >>= 1) {
      if (left & 1) best = this.#better(best, this.#lowest[left++]!);
      if (right & 1) best = this.#better(best, this.#lowest[--right]!);
    }
    return best;
  }

  #lower(a: number, b: number): number {
    return this.#better(this.#lowest[a]!, this.#lowest[b]!);
  }

  #better(a: number, b: number): number {
    return this.#values[b]! < this.#values[a]! ? b : a;
  }
}
