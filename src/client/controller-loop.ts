/** Runs a controller: some workers that take keys from one queue and reconcile them until it is closed. */
import type { Logger } from "pino";
import type { Registry } from "prom-client";
import { isConflict } from "../api/mod.ts";
import type { Clock } from "./component.ts";
import { queueMeter } from "./queue-metrics.ts";
import { WorkQueue } from "./work-queue.ts";

export interface ControllerLoopOptions {
  readonly name: string;
  /** Level-triggered: reads the present state of `key` and moves it on. A number asks to be called again after so many milliseconds. */
  readonly reconcile: (key: string) => Promise<number | undefined> | Promise<void>;
  readonly log: Logger;
  readonly clock: Clock;
  /** Keys worked on at a time. Default 5. */
  readonly workers?: number;
  readonly firstDelayMs?: number;
  readonly mostDelayMs?: number;
  /** Where its queue is counted under its name, without `-controller`. */
  readonly metrics?: Registry;
}

export class ControllerLoop {
  readonly queue: WorkQueue;
  readonly #options: ControllerLoopOptions;
  #workers: Promise<void>[] = [];
  #forgetJumps = () => {};

  constructor(options: ControllerLoopOptions) {
    this.#options = options;
    const { name, clock, firstDelayMs, mostDelayMs, metrics } = options;
    this.queue = new WorkQueue({
      clock,
      ...(firstDelayMs === undefined ? {} : { firstDelayMs }),
      ...(mostDelayMs === undefined ? {} : { mostDelayMs }),
      ...(metrics && { meter: queueMeter(metrics, name.replace(/-controller$/, "")) }),
    });
  }

  start(): void {
    // What is due by the times that objects tell is due at another time now.
    this.#forgetJumps = this.#options.clock.onJump(() => this.queue.hurry());
    this.#workers = Array.from({ length: this.#options.workers ?? 5 }, () => this.#work());
  }

  /** Resolves when the keys in work are done. */
  async stop(): Promise<void> {
    this.#forgetJumps();
    this.queue.close();
    await Promise.all(this.#workers);
    this.#workers = [];
  }

  async #work(): Promise<void> {
    for (let key = await this.queue.take(); key !== undefined; key = await this.queue.take()) {
      await this.#reconcile(key);
      this.queue.done(key);
    }
  }

  /** The one place that turns a result into a queue action and a log line. */
  async #reconcile(key: string): Promise<void> {
    try {
      const againAfterMs = await this.#options.reconcile(key);
      this.queue.forget(key);
      if (typeof againAfterMs === "number") this.queue.addAfter(key, againAfterMs);
    } catch (error) {
      // A conflict only says that the cache was behind: the next look sees the newer object.
      const level = isConflict(error) ? "debug" : "warn";
      this.#options.log[level](
        { controller: this.#options.name, key, error: (error as Error).message },
        "reconcile failed; trying again",
      );
      this.queue.addRateLimited(key);
    }
  }
}
