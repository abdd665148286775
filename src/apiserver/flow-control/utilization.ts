/** How much of something is taken, over time: each nanosecond counts as one observation, as upstream has it. A change costs one addition. */
import type { Distribution } from "../metrics/families.ts";

export class Utilization {
  readonly #distribution: Distribution;
  #part = 0;
  #since: number;

  /** `now`: seconds on a clock that only goes on. */
  constructor(distribution: Distribution, now: number) {
    this.#distribution = distribution;
    this.#since = now;
  }

  /** `part` of what there is, from now on. */
  set(part: number, now: number): void {
    this.settle(now);
    this.#part = part;
  }

  /** Counts the time since the last change. */
  settle(now: number): void {
    this.#distribution.observe(this.#part, (now - this.#since) * 1e9);
    this.#since = now;
  }
}
