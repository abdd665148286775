/**
 * Keeps work that never waits for anything outside from holding the event loop: timers, connections and the disk have their turn when it has
 * had its time.
 */
const defaultMostMs = 10;

export class EventLoopShare {
  readonly #mostMs: number;
  /** When work began in the present turn of the event loop. */
  #began: number | undefined;
  /** In order of asking. */
  #waiting: (() => void)[] = [];

  constructor(mostMs = defaultMostMs) {
    this.#mostMs = mostMs;
  }

  /** Asked before each piece of work; a promise, where it has to wait for another turn. */
  take(): Promise<void> | undefined {
    if (this.#began === undefined) this.#begin();
    if (this.#waiting.length === 0 && this.#hasTime()) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #begin(): void {
    this.#began = performance.now();
    setImmediate(() => void this.#nextTurn());
  }

  #hasTime(): boolean {
    return this.#began !== undefined && performance.now() - this.#began <= this.#mostMs;
  }

  /** Who waited goes on one after the other, as long as there is time. */
  async #nextTurn(): Promise<void> {
    this.#began = undefined;
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#begin();
    let next = 0;
    while (next < waiting.length && this.#hasTime()) {
      waiting[next++]!();
      await undefined;
    }
    this.#waiting = this.#waiting.slice(next);
  }
}
