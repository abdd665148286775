/**
 * Entries in key order, in runs of bounded length: one more among hundreds of thousands moves a few hundred of them, where one array would move
 * all that come after it.
 */
import { bisect } from "../../../store/mod.ts";
import type { Entry } from "./entry.ts";

const longestRun = 512;

export class SortedEntries {
  /** None is empty. */
  readonly #runs: Entry[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /**
   * By search: a map of hundreds of thousands of keys would make each of them a text that V8 knows by its content, and looks at in the pause of
   * each major collection.
   */
  get(key: string): Entry | undefined {
    const run = this.#runs[this.#runOf(key)];
    const entry = run?.[position(run, key)];
    return entry?.key === key ? entry : undefined;
  }

  /** Takes the place of the entry with its key. */
  put(entry: Entry): void {
    const index = Math.max(0, this.#runOf(entry.key));
    const run = this.#runs[index];
    if (!run) {
      this.#runs.push([entry]);
      this.#size++;
      return;
    }
    const at = position(run, entry.key);
    if (run[at]?.key === entry.key) {
      run[at] = entry;
      return;
    }
    run.splice(at, 0, entry);
    this.#size++;
    if (run.length > longestRun) this.#split(index, at === run.length - 1);
  }

  remove(key: string): void {
    const index = this.#runOf(key);
    const run = this.#runs[index];
    const at = run ? position(run, key) : 0;
    if (run?.[at]?.key !== key) return;
    run.splice(at, 1);
    this.#size--;
    if (run.length === 0) this.#runs.splice(index, 1);
  }

  /** Those whose key is not before `from` and before `to`; `to` absent: all that follow; at most `limit`. */
  slice(from: string, to?: string, limit = Number.POSITIVE_INFINITY): Entry[] {
    const taken: Entry[][] = [];
    let length = 0;
    for (const run of this.#between(from, to)) {
      if (length >= limit) break;
      taken.push(length + run.length > limit ? run.slice(0, limit - length) : run);
      length += run.length;
    }
    return ([] as Entry[]).concat(...taken);
  }

  /** How many `slice` would answer. */
  count(from: string, to?: string): number {
    return this.#between(from, to).reduce((sum, run) => sum + run.length, 0);
  }

  #between(from: string, to: string | undefined): Entry[][] {
    const found = this.#runs.slice(Math.max(0, this.#runOf(from)), to === undefined ? undefined : this.#runOf(to) + 1);
    if (to !== undefined && found.length > 0) found.push(found.pop()!.filter(({ key }) => key < to));
    if (found[0]) found[0] = found[0].filter(({ key }) => key >= from);
    return found;
  }

  /** What comes in order fills its runs; what comes anywhere leaves room in both halves. */
  #split(index: number, atEnd: boolean): void {
    const run = this.#runs[index]!;
    const rest = run.splice(atEnd ? run.length - 1 : run.length >>> 1);
    this.#runs.splice(index + 1, 0, rest);
  }

  /** The last run that begins at `key` or before it; -1: all begin after it. */
  #runOf(key: string): number {
    return bisect(this.#runs, (run) => run[0]!.key <= key) - 1;
  }
}

/** Of the first entry whose key is not before `key`. */
function position(run: readonly Entry[], key: string): number {
  return bisect(run, (entry) => entry.key < key);
}
