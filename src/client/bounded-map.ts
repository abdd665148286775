/** A map that forgets what was used longest ago once it is full. */
export class BoundedMap<K, V> {
  readonly #capacity: number;
  /** Least recently used first: a Map keeps the order of insertion. */
  readonly #entries = new Map<K, V>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#capacity) this.#entries.delete(this.#entries.keys().next().value!);
  }

  /** Those that were not used for longest, as far as `isOld` says so of them. */
  dropOldest(isOld: (value: V) => boolean): void {
    for (const [key, value] of this.#entries) {
      if (!isOld(value)) return;
      this.#entries.delete(key);
    }
  }

  delete(key: K): void {
    this.#entries.delete(key);
  }
}
