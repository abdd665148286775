/**
 * Keeps work that never waits for anything outside from holding the event loop: timers, connections and the disk have their turn when it has
 * had its time.
 */
const defaultMostMs = 10;

export class EventLoopShare {
  readonly #mostMs: number;
  /** When work began in the present turn of the event loop. */
  #began: number | undefined;

  constructor(mostMs = defaultMostMs) {
    this.#mostMs = mostMs;
  }

  /** Asked before each piece of work; a promise, where it has to wait for the next turn. */
  take(): Promise<void> | undefined {
    if (this.#began === undefined) {
      this.#began = performance.now();
      setImmediate(() => {
        this.#began = undefined;
      });
    } else if (performance.now() - this.#began > this.#mostMs) return new Promise((resolve) => setImmediate(resolve));
    return undefined;
  }
}
