import { systemClock } from "../client/mod.ts";

/** A map that forgets what was not used for longest, and what is older than its time to live. */
export class BoundedCache<V> {
  readonly #entries = new Map<string, { value: V; expires: number }>();
  readonly #capacity: number;
  readonly #now: () => number;

  /** `now`: default a clock that nobody sets back, so that what is to be forgotten is. */
  constructor(capacity: number, now = systemClock.monotonic) {
    this.#capacity = capacity;
    this.#now = now;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (entry.expires <= this.#now()) return undefined;
    this.#entries.set(key, entry);
    return entry.value;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** `expires`: by the clock that the constructor was given. */
  set(key: string, value: V, expires: number): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, expires });
    this.#dropOldest();
  }

  /** Two at most, one more than has come: in time nothing is left that has expired. */
  #dropOldest(): void {
    const now = this.#now();
    let most = 2;
    for (const [key, { expires }] of this.#entries) {
      if (most-- === 0 || (expires > now && this.#entries.size <= this.#capacity)) return;
      this.#entries.delete(key);
    }
  }
}
