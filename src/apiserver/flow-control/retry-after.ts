/** When a client that was refused a seat should come again: the later, the more are refused. */

const longestSeconds = 8;
/** Refusals a second that are many, and that are few. */
const many = 3;
const few = 1;

/** Of one priority level. What it answers is looked at again after as many seconds as it answers. */
export class RetryAfter {
  #seconds = 1;
  #since: number | undefined;
  #refused = 0;

  /** Counts a refusal; answers whole seconds. `now`: seconds, on a clock that only goes on. */
  refused(now: number): number {
    this.#since ??= now;
    const passed = now - this.#since;
    if (passed >= this.#seconds) this.#adjust(this.#refused / passed, now);
    this.#refused++;
    return this.#seconds;
  }

  #adjust(perSecond: number, now: number): void {
    if (perSecond >= many) this.#seconds = Math.min(this.#seconds * 2, longestSeconds);
    else if (perSecond < few) this.#seconds = Math.max(Math.floor(this.#seconds / 2), 1);
    this.#since = now;
    this.#refused = 0;
  }
}
