/** The system's clock, and one for tests that moves only when told. */
import { ClockWatch } from "./clock-watch.ts";
import type { Clock } from "./component.ts";

// Asked each time anew: a test may have put another in its place.
const wall = (): number => Date.now();
/** Whole: what is left of a time becomes a timeout, and not all that take one take a part of a millisecond. */
const monotonic = (): number => Math.trunc(performance.now());
const watch = new ClockWatch({ wall, monotonic });

export const systemClock: Clock = {
  now: wall,
  monotonic,
  onJump: (callback) => watch.listen(callback),
  after(delayMs, callback) {
    // Longer delays than a timer can hold fire at once in Node: cap them, whoever waits that long asks again.
    const timer = setTimeout(callback, Math.min(delayMs, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};

interface Waiting {
  /** Of the time that only goes on. */
  readonly at: number;
  readonly callback: () => void;
}

/** Starts at `start` (milliseconds since the epoch), moves by `advance`, and is set by `jump`. */
export class FakeClock implements Clock {
  #now: number;
  #passed = 0;
  readonly #listeners = new Set<(byMs: number) => void>();
  readonly #waiting = new Set<Waiting>();

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#passed;
  }

  onJump(callback: (byMs: number) => void): () => void {
    this.#listeners.add(callback);
    return () => void this.#listeners.delete(callback);
  }

  /** Somebody sets the clock: no time passes. */
  jump(byMs: number): void {
    this.#now += byMs;
    for (const listener of [...this.#listeners]) listener(byMs);
  }

  after(delayMs: number, callback: () => void): () => void {
    const waiting = { at: this.#passed + delayMs, callback };
    this.#waiting.add(waiting);
    return () => void this.#waiting.delete(waiting);
  }

  /** Fires everything that falls due, in order of time. */
  advance(ms: number): void {
    const until = this.#passed + ms;
    for (;;) {
      const due = [...this.#waiting].filter((one) => one.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#waiting.delete(due);
      this.#pass(Math.max(0, due.at - this.#passed));
      due.callback();
    }
    this.#pass(until - this.#passed);
  }

  #pass(ms: number): void {
    this.#now += ms;
    this.#passed += ms;
  }
}
