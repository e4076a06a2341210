/** A binary heap of values by numeric keys; of equal keys the lower value comes first. */
export class MinHeap {
  readonly #keys: number[] = [];
  readonly #values: number[] = [];

  /** The entry with the lowest key. */
  lowest(): { readonly key: number; readonly value: number } | null {
    if (this.#keys.length === 0) return null;
    return { key: this.#keys[0]!, value: this.#values[0]! };
  }

  push(key: number, value: number): void {
    let place = this.#keys.length;
    this.#set(place, key, value);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBefore(place, parent)) break;
      this.#swap(place, parent);
      place = parent;
    }
  }

  /** Removes the entry with the lowest key. */
  pop(): void {
    const key = this.#keys.pop();
    const value = this.#values.pop();
    if (key === undefined || value === undefined || this.#keys.length === 0) return;
    this.replaceLowest(key, value);
  }

  /** Puts another entry in the place of the one with the lowest key. */
  replaceLowest(key: number, value: number): void {
    this.#set(0, key, value);
    const size = this.#keys.length;
    for (let place = 0; ; ) {
      let lowest = place;
      for (const child of [2 * place + 1, 2 * place + 2]) {
        if (child < size && this.#isBefore(child, lowest)) lowest = child;
      }
      if (lowest === place) return;
      this.#swap(place, lowest);
      place = lowest;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const difference = this.#keys[a]! - this.#keys[b]!;
    return difference < 0 || (difference === 0 && this.#values[a]! < this.#values[b]!);
  }

  #set(place: number, key: number, value: number): void {
    this.#keys[place] = key;
    this.#values[place] = value;
  }

  #swap(a: number, b: number): void {
    const key = this.#keys[a]!;
    const value = this.#values[a]!;
    this.#set(a, this.#keys[b]!, this.#values[b]!);
    this.#set(b, key, value);
  }
}
