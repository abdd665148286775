/**
 * Numbers of a range, each given away once. The lower part is left to those who ask for a number of their own (KEP-3070, KEP-3668): who
 * does not care is served from the upper part first.
 */
import { randomInt } from "node:crypto";

export interface NumberPoolOptions {
  readonly first: number;
  readonly last: number;
  /** How many of the lowest numbers are served last. */
  readonly reserved: number;
}

export class NumberPool {
  readonly #options: NumberPoolOptions;
  readonly #taken = new Set<number>();

  constructor(options: NumberPoolOptions) {
    this.#options = options;
  }

  contains(value: number): boolean {
    return Number.isInteger(value) && value >= this.#options.first && value <= this.#options.last;
  }

  get taken(): ReadonlySet<number> {
    return this.#taken;
  }

  /** Of the range, how many may still be given away. */
  get free(): number {
    const { first, last } = this.#options;
    return last - first + 1 - this.#taken.size;
  }

  /** False where it is taken already. */
  take(value: number): boolean {
    if (this.#taken.has(value)) return false;
    this.#taken.add(value);
    return true;
  }

  /** Nothing where all are taken. */
  takeAny(): number | undefined {
    const { first, last, reserved } = this.#options;
    const upper = Math.min(first + reserved, last + 1);
    const value = this.#free(upper, last) ?? this.#free(first, upper - 1);
    if (value !== undefined) this.#taken.add(value);
    return value;
  }

  release(value: number): void {
    this.#taken.delete(value);
  }

  /** A free number, looked for from a random one on. */
  #free(from: number, to: number): number | undefined {
    const size = to - from + 1;
    if (size <= 0) return undefined;
    const start = randomInt(size);
    for (let step = 0; step < size; step++) {
      const value = from + ((start + step) % size);
      if (!this.#taken.has(value)) return value;
    }
    return undefined;
  }
}

/** How many numbers of a range of `size` are left to those who ask: a `share` of it, between 16 and `most`. */
export function reservedNumbers(size: number, share: number, most: number): number {
  const wanted = Math.min(Math.max(16, Math.floor(size / share)), most);
  return wanted >= size ? 0 : wanted;
}
