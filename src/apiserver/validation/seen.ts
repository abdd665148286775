/** What of a list was there before. Most lists have one item, which needs no set. */
export class Seen<T> {
  #first: T | undefined;
  #count = 0;
  #all: Set<T | undefined> | undefined;

  /** Whether the value was asked for before. */
  again(value: T): boolean {
    if (this.#count++ === 0) {
      this.#first = value;
      return false;
    }
    this.#all ??= new Set([this.#first]);
    const found = this.#all.has(value);
    this.#all.add(value);
    return found;
  }
}
