import { tooManyRequests } from "../errors.ts";

/** A bound on what is worked on at the same time: past it clients are asked to come again. */
export class InFlight {
  readonly #maximum: number;
  #count = 0;

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /** Throws the 429 instead of beginning one more. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#count >= this.#maximum) throw tooManyRequests("too many requests, please try again later", 1);
    this.#count++;
    try {
      return await work();
    } finally {
      this.#count--;
    }
  }
}
