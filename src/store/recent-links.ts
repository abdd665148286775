/**
 * What each of the newest versions replaced, one number for each: so a compaction forgets history without reading it. Only of what this process
 * has appended; older versions tell themselves.
 */
import type { Version } from "./version-log.ts";

/** More than a compactor leaves: 8 bytes each. */
const capacity = 250_000;

export class RecentLinks {
  /** The revision that the first of the numbers is of. */
  #first = 1;
  /** Revision of the version before, doubled; odd: the version is a deletion. */
  #numbers: number[] = [];

  /** Revisions follow each other; after a gap only what comes after it is known. */
  note({ revision, previous, value }: Version): void {
    if (revision !== this.#first + this.#numbers.length) {
      this.#first = revision;
      this.#numbers = [];
    }
    this.#numbers.push(previous * 2 + (value ? 0 : 1));
    if (this.#numbers.length > capacity) this.#forget(capacity >>> 1);
  }

  /**
   * Revisions that nobody needs when history begins at `upTo`, as the versions after `after` tell: what each replaced, and deletions themselves.
   * Nothing where these are not known.
   */
  dropped(after: number, upTo: number): number[] | undefined {
    const start = after + 1 - this.#first;
    const end = upTo + 1 - this.#first;
    if (start < 0 || end > this.#numbers.length) return undefined;
    const found: number[] = [];
    for (let index = start; index < end; index++) {
      const number = this.#numbers[index]!;
      if (number > 1) found.push(Math.floor(number / 2));
      if (number % 2 === 1) found.push(this.#first + index);
    }
    return found;
  }

  forgetUpTo(revision: number): void {
    const count = Math.min(revision + 1 - this.#first, this.#numbers.length);
    // Moving the rest is cheap where it is no more than what goes.
    if (count * 2 >= this.#numbers.length && count > 0) this.#forget(count);
  }

  #forget(count: number): void {
    this.#numbers = this.#numbers.slice(count);
    this.#first += count;
  }
}
