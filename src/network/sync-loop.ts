/** Brings the kernel to the wanted state again and again: at once after a change, never twice at a time, later after a failure. */
import type { Logger } from "pino";
import type { Clock } from "../client/mod.ts";

export interface SyncLoopOptions {
  /** For the log: `routes`, `service rules`. */
  readonly what: string;
  readonly log: Logger;
  readonly clock: Clock;
  /** Makes the state what it should be by now. Changes that come while it runs lead to another run. */
  sync(): Promise<void>;
}

const firstDelayMs = 200;
const longestDelayMs = 10_000;

export class SyncLoop {
  readonly #options: SyncLoopOptions;
  #started = false;
  #stopped = false;
  #wanted = false;
  #failures = 0;
  #running: Promise<void> | undefined;
  #cancelRetry = () => {};

  constructor(options: SyncLoopOptions) {
    this.#options = options;
  }

  /** Resolves after the first run, be it a failure: further tries follow by themselves. */
  async start(): Promise<void> {
    this.#started = true;
    this.trigger();
    await this.#running;
  }

  /** Asks for a run; changes of one turn of the event loop share it. */
  trigger(): void {
    this.#wanted = true;
    if (!this.#started || this.#stopped || this.#running) return;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry();
    await this.#running;
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#wanted && !this.#stopped) {
      this.#wanted = false;
      if (!(await this.#attempt())) break;
    }
    this.#running = undefined;
  }

  async #attempt(): Promise<boolean> {
    const { sync, log, clock, what } = this.#options;
    this.#cancelRetry();
    try {
      await sync();
      this.#failures = 0;
      return true;
    } catch (error) {
      const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** this.#failures++);
      log.warn({ what, error: (error as Error).message, delayMs }, "network sync failed; trying again");
      if (!this.#stopped) this.#cancelRetry = clock.after(delayMs, () => this.trigger());
      return false;
    }
  }
}
