/** When requests must be answered that all have the same time: one timer waits for the oldest, for one each would cost every request. */

export class Deadlines<R> {
  readonly #limitMs: number;
  readonly #expire: (request: R) => void;
  /** With their ends, by `performance.now`; the first to end come first. */
  readonly #ends = new Map<R, number>();
  #waits = false;

  constructor(limitMs: number, expire: (request: R) => void) {
    this.#limitMs = limitMs;
    this.#expire = expire;
  }

  add(request: R): void {
    this.#ends.set(request, performance.now() + this.#limitMs);
    if (!this.#waits) this.#wait(this.#limitMs);
  }

  /** It is answered. */
  delete(request: R): void {
    this.#ends.delete(request);
  }

  #wait(milliseconds: number): void {
    this.#waits = true;
    setTimeout(() => this.#look(), milliseconds).unref();
  }

  #look(): void {
    this.#waits = false;
    const now = performance.now();
    for (const [request, end] of this.#ends) {
      if (end > now) {
        this.#wait(end - now);
        return;
      }
      this.#ends.delete(request);
      this.#expire(request);
    }
  }
}
