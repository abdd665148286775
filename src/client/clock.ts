/** The system's clock, and one for tests that moves only when told. */
import type { Clock } from "./component.ts";

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    // Longer delays than a timer can hold fire at once in Node: cap them, whoever waits that long asks again.
    const timer = setTimeout(callback, Math.min(delayMs, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};

interface Waiting {
  readonly at: number;
  readonly callback: () => void;
}

/** Starts at `start` (milliseconds since the epoch) and moves by `advance`. */
export class FakeClock implements Clock {
  #now: number;
  readonly #waiting = new Set<Waiting>();

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, callback: () => void): () => void {
    const waiting = { at: this.#now + delayMs, callback };
    this.#waiting.add(waiting);
    return () => void this.#waiting.delete(waiting);
  }

  /** Fires everything that falls due, in order of time. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const due = [...this.#waiting].filter((one) => one.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#waiting.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.callback();
    }
    this.#now = until;
  }
}
