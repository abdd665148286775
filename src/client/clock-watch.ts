/** Sees that the machine's clock was set, or that the machine slept: its time and the time that only goes on have parted. */

export interface ClockReadings {
  /** Milliseconds since the epoch. */
  readonly wall: () => number;
  /** Milliseconds that only go on. */
  readonly monotonic: () => number;
}

const everyMs = 5_000;
/** Less is what a clock that is kept right does by itself. */
const leastMs = 30_000;
/** Of the time that passes: a little more than what chrony puts a clock right by, if it does so step by step. */
const mostSlew = 0.1;

/** Looks while somebody listens. */
export class ClockWatch {
  readonly #readings: ClockReadings;
  readonly #everyMs: number;
  readonly #listeners = new Set<(byMs: number) => void>();
  #difference = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(readings: ClockReadings, intervalMs = everyMs) {
    this.#readings = readings;
    this.#everyMs = intervalMs;
  }

  /** `listener` is told by how many milliseconds the clock went ahead, or (negative) back. Answers how to end that. */
  listen(listener: (byMs: number) => void): () => void {
    // A function of its own, as one may listen twice.
    const own = (byMs: number) => listener(byMs);
    this.#listeners.add(own);
    if (this.#timer === undefined) {
      this.#difference = this.#read();
      this.#timer = setInterval(() => this.look(), this.#everyMs).unref();
    }
    return () => {
      this.#listeners.delete(own);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  look(): void {
    const byMs = this.#read() - this.#difference;
    if (Math.abs(byMs) < leastMs) {
      // What a time daemon does little by little is followed; small jumps add up.
      const slewMs = this.#everyMs * mostSlew;
      this.#difference += Math.min(slewMs, Math.max(-slewMs, byMs));
      return;
    }
    this.#difference += byMs;
    for (const listener of [...this.#listeners]) listener(byMs);
  }

  #read(): number {
    return this.#readings.wall() - this.#readings.monotonic();
  }
}
