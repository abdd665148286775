/**
 * Watches write together. A write to a connection costs about as much as ten events, and changes come in crowds: after a write, what follows
 * within a few milliseconds goes out as one piece. A change after a quiet moment goes out at once.
 */

/** Between two writes of the same watch. Less than a client notices, and a few commits of a busy store. */
const intervalMs = 4;

export class JointWrites {
  readonly #waiting = new Set<() => void>();
  #wroteAt = Number.NEGATIVE_INFINITY;
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
    const restMs = this.#wroteAt + intervalMs - performance.now();
    if (restMs > 0) {
      const timer = setTimeout(() => this.#write(), restMs);
      return { cancel: () => clearTimeout(timer) };
    }
    const immediate = setImmediate(() => this.#write());
    return { cancel: () => clearImmediate(immediate) };
  }

  #write(): void {
    this.#scheduled = undefined;
    this.#wroteAt = performance.now();
    const writes = [...this.#waiting];
    this.#waiting.clear();
    for (const write of writes) {
      try {
        write();
      } catch (error) {
        reportError(error);
      }
    }
  }
}

/** A bug in one watch is none of the others' business: they are written all the same. */
function reportError(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
