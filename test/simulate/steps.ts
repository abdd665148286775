/** One order of everything that could happen in another: what waits is kept here, and a seed says what goes on next. */
import type { Random } from "../support/random.ts";

export class Steps {
  readonly #random: Random;
  #waiting: (() => void)[] = [];
  taken = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Called back when its turn comes. */
  readonly defer = (callback: () => void): void => {
    this.#waiting.push(callback);
  };

  /** Resolves when its turn comes. */
  pause(): Promise<void> {
    return new Promise((resolve) => this.defer(resolve));
  }

  /** Nothing that waits goes on any more: the process is gone. */
  forget(): void {
    this.#waiting = [];
  }

  /** Goes on until nothing waits, or `enough` says so. */
  async run(enough: () => boolean = () => false): Promise<void> {
    for (;;) {
      // All that follows from the step before without waiting.
      await new Promise(setImmediate);
      if (this.#waiting.length === 0 || enough()) return;
      const [next] = this.#waiting.splice(this.#random.below(this.#waiting.length), 1);
      this.taken++;
      next!();
    }
  }
}
