/** A binary heap of keyed items: the least first, any by its key. */
export class KeyedHeap<T extends { readonly key: string }> {
  readonly #items: T[] = [];
  readonly #positions = new Map<string, number>();
  readonly #isBefore: (one: T, other: T) => boolean;

  constructor(isBefore: (one: T, other: T) => boolean) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  get(key: string): T | undefined {
    const position = this.#positions.get(key);
    return position === undefined ? undefined : this.#items[position];
  }

  /** Replaces an item of the same key. */
  push(item: T): void {
    this.remove(item.key);
    this.#place(item, this.#items.length);
    this.#rise(this.#items.length - 1);
  }

  pop(): T | undefined {
    const first = this.#items[0];
    return first && this.remove(first.key);
  }

  remove(key: string): T | undefined {
    const position = this.#positions.get(key);
    if (position === undefined) return undefined;
    const removed = this.#items[position];
    const last = this.#items.pop()!;
    this.#positions.delete(key);
    if (position < this.#items.length) {
      this.#place(last, position);
      this.#rise(position);
      this.#sink(this.#positions.get(last.key)!);
    }
    return removed;
  }

  #place(item: T, position: number): void {
    this.#items[position] = item;
    this.#positions.set(item.key, position);
  }

  #rise(from: number): void {
    let position = from;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      if (!this.#isBefore(this.#items[position]!, this.#items[parent]!)) return;
      this.#swap(position, parent);
      position = parent;
    }
  }

  #sink(from: number): void {
    let position = from;
    for (;;) {
      const left = 2 * position + 1;
      if (left >= this.#items.length) return;
      const right = left + 1;
      const rightIsBefore = right < this.#items.length && this.#isBefore(this.#items[right]!, this.#items[left]!);
      const child = rightIsBefore ? right : left;
      if (!this.#isBefore(this.#items[child]!, this.#items[position]!)) return;
      this.#swap(position, child);
      position = child;
    }
  }

  #swap(one: number, other: number): void {
    const [first, second] = [this.#items[one]!, this.#items[other]!];
    this.#place(first, other);
    this.#place(second, one);
  }
}
