/**
 * Watches write together. A write to a connection costs about as much as ten events, and changes come in crowds: after a write, what follows
 * within a few milliseconds goes out as one piece. A change after a quiet moment goes out at once. The more there is to write, the longer the
 * others wait, so that watches leave the greater part of the thread to requests; where there are none, nobody waits for them.
 */

/** Between two writes of the same watch. Less than a client notices, and a few commits of a busy store. */
const intervalMs = 4;
const longestIntervalMs = 25;
/** The rest after a round of writes, in times of what the round took: what Node and the kernel do with it afterwards costs as much again. */
const restShare = 8;
/** And at least so much for each write: sixteen watches need no more than the shortest interval, a hundred share a longer one. */
const restMsOfWrite = 0.25;
/** A thread that was at work for less of the last interval has time for watches: the last of a crowd of changes does not wait for others. */
const busyFrom = 0.8;

export interface ThreadLoad {
  /** Milliseconds that only go on. */
  now(): number;
  /** Of the time since it was asked last, how much the thread was at work, from 0 to 1. */
  busyShare(): number;
}

export class JointWrites {
  readonly #thread: ThreadLoad;
  readonly #waiting = new Set<() => void>();
  /** Before it nothing is written where the thread is busy. */
  #restsUntil = Number.NEGATIVE_INFINITY;
  /** When the thread was asked last whether it is busy; at the end of a round. */
  #lookedAt = Number.NEGATIVE_INFINITY;
  #scheduled: { readonly cancel: () => void } | undefined;

  constructor(thread = thisThread()) {
    this.#thread = thread;
  }

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
    const now = this.#thread.now();
    if (this.#mayWrite(now)) {
      const immediate = setImmediate(() => this.#write());
      return { cancel: () => clearImmediate(immediate) };
    }
    const timer = setTimeout(() => this.#look(), Math.min(this.#restsUntil - now, intervalMs));
    return { cancel: () => clearTimeout(timer) };
  }

  #look(): void {
    if (this.#mayWrite(this.#thread.now())) this.#write();
    else this.#scheduled = this.#schedule();
  }

  /** The rest is over, or nobody needs it. */
  #mayWrite(now: number): boolean {
    if (now >= this.#restsUntil) return true;
    if (now - this.#lookedAt < intervalMs) return false;
    this.#lookedAt = now;
    return this.#thread.busyShare() < busyFrom;
  }

  #write(): void {
    this.#scheduled = undefined;
    const began = this.#thread.now();
    const writes = [...this.#waiting];
    this.#waiting.clear();
    for (const write of writes) {
      try {
        write();
      } catch (error) {
        reportError(error);
      }
    }
    const ended = this.#thread.now();
    const wantedMs = Math.max(intervalMs, restShare * (ended - began), restMsOfWrite * writes.length);
    this.#restsUntil = ended + Math.min(wantedMs, longestIntervalMs);
    this.#lookedAt = ended;
    this.#thread.busyShare();
  }
}

function thisThread(): ThreadLoad {
  let last = performance.eventLoopUtilization();
  const busyShare = () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
  return { now: () => performance.now(), busyShare };
}

/** A bug in one watch is none of the others' business: they are written all the same. */
function reportError(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
