/**
 * Watches write together. A write to a connection costs about as much as ten events, and changes come in crowds: after a write, what follows
 * within a few milliseconds goes out as one piece. A change after a quiet moment goes out at once. The more there is to write, the longer the
 * others wait, so that watches leave the greater part of the thread to requests.
 */

/** Between two writes of the same watch. Less than a client notices, and a few commits of a busy store. */
const intervalMs = 4;
const longestIntervalMs = 25;
/** The rest after a round of writes, in times of what the round took: what Node and the kernel do with it afterwards costs as much again. */
const restShare = 8;
/** And at least so much for each write: sixteen watches need no more than the shortest interval, a hundred share a longer one. */
const restMsOfWrite = 0.25;

export class JointWrites {
  readonly #waiting = new Set<() => void>();
  /** By `performance.now`: before it nothing is written. */
  #restsUntil = Number.NEGATIVE_INFINITY;
  #scheduled: { readonly cancel: () => void } | undefined;

  /** `write` is called once, soon, however often it is asked for until then. */
  request(write: () => void): void {
    this.#waiting.add(write);
    this.#scheduled ??= this.#schedule();
  }

  /** Forgets a write that is not wanted any more. */
  cancel(write: () => void): void {
    this.#waiting.delete(write);
    if (this.#waiting.size > 0) return;
    this.#scheduled?.cancel();
    this.#scheduled = undefined;
  }

  #schedule(): { readonly cancel: () => void } {
    const restMs = this.#restsUntil - performance.now();
    if (restMs > 0) {
      const timer = setTimeout(() => this.#write(), restMs);
      return { cancel: () => clearTimeout(timer) };
    }
    const immediate = setImmediate(() => this.#write());
    return { cancel: () => clearImmediate(immediate) };
  }

  #write(): void {
    this.#scheduled = undefined;
    const began = performance.now();
    const writes = [...this.#waiting];
    this.#waiting.clear();
    for (const write of writes) {
      try {
        write();
      } catch (error) {
        reportError(error);
      }
    }
    const ended = performance.now();
    const wantedMs = Math.max(intervalMs, restShare * (ended - began), restMsOfWrite * writes.length);
    this.#restsUntil = ended + Math.min(wantedMs, longestIntervalMs);
  }
}

/** A bug in one watch is none of the others' business: they are written all the same. */
function reportError(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
