/** A binary heap of values by numeric keys, of which the lowest can be read, removed and given a greater key. */
export class MinHeap {
  readonly #keys: number[];
  readonly #values: number[];

  /** @param values each begins with the key 0 */
  constructor(values: readonly number[]) {
    this.#values = [...values];
    this.#keys = values.map(() => 0);
  }

  /** The entry with the lowest key; null where the heap is empty. */
  lowest(): { readonly key: number; readonly value: number } | null {
    if (this.#keys.length === 0) return null;
    return { key: this.#keys[0]!, value: this.#values[0]! };
  }

  /** Removes the entry with the lowest key. */
  pop(): void {
    const key = this.#keys.pop();
    const value = this.#values.pop();
    if (key === undefined || value === undefined || this.#keys.length === 0) return;
    this.#values[0] = value;
    this.raiseLowest(key);
  }

  /** Gives the entry with the lowest key another one. */
  raiseLowest(key: number): void {
    this.#keys[0] = key;
    const size = this.#keys.length;
    for (let place = 0; ; ) {
      let lowest = place;
      for (const child of [2 * place + 1, 2 * place + 2]) {
        if (child < size && this.#keys[child]! < this.#keys[lowest]!) lowest = child;
      }
      if (lowest === place) return;
      this.#swap(place, lowest);
      place = lowest;
    }
  }

  #swap(a: number, b: number): void {
    for (const row of [this.#keys, this.#values]) {
      const held = row[a]!;
      row[a] = row[b]!;
      row[b] = held;
    }
  }
}
