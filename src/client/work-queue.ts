/**
 * A queue of keys for a controller: a key waits once however often it is added, and is never worked on twice at a time. A key added while
 * it is worked on waits until that is done.
 */
import type { Clock } from "./component.ts";
import type { QueueMeter } from "./queue-metrics.ts";

export interface WorkQueueOptions {
  readonly clock: Clock;
  /** First delay after a failure, doubled each time. Default 5 ms. */
  readonly firstDelayMs?: number;
  /** Default 1000 s, as upstream's controllers. */
  readonly mostDelayMs?: number;
  /** Told what happens to keys. */
  readonly meter?: QueueMeter;
}

export class WorkQueue<K = string> {
  readonly #clock: Clock;
  readonly #firstDelayMs: number;
  readonly #mostDelayMs: number;
  /** Keys to work on, in order; a Set keeps the order and the uniqueness. */
  readonly #waiting = new Set<K>();
  readonly #working = new Set<K>();
  /** Added again while worked on. */
  readonly #again = new Set<K>();
  readonly #failures = new Map<K, number>();
  readonly #delayed = new Map<K, { readonly at: number; readonly cancel: () => void }>();
  readonly #takers: ((key: K | undefined) => void)[] = [];
  readonly #meter: QueueMeter | undefined;
  #closed = false;

  constructor(options: WorkQueueOptions) {
    this.#meter = options.meter;
    this.#clock = options.clock;
    this.#firstDelayMs = options.firstDelayMs ?? 5;
    this.#mostDelayMs = options.mostDelayMs ?? 1_000_000;
  }

  get length(): number {
    return this.#waiting.size;
  }

  add(key: K): void {
    if (this.#closed) return;
    if (this.#working.has(key)) {
      if (!this.#again.has(key)) this.#meter?.added(key);
      this.#again.add(key);
      return;
    }
    if (this.#waiting.has(key)) return;
    this.#meter?.added(key);
    this.#offer(key);
  }

  #offer(key: K): void {
    const taker = this.#takers.shift();
    if (!taker) {
      this.#waiting.add(key);
      return;
    }
    this.#working.add(key);
    this.#meter?.taken(key);
    taker(key);
  }

  /** Adds after a delay; an earlier time that is already set stays. */
  addAfter(key: K, delayMs: number): void {
    if (this.#closed) return;
    if (delayMs <= 0) {
      this.add(key);
      return;
    }
    const at = this.#clock.monotonic() + delayMs;
    const set = this.#delayed.get(key);
    if (set && set.at <= at) return;
    set?.cancel();
    const cancel = this.#clock.after(delayMs, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { at, cancel });
  }

  /** What was to be added later is added now: when that would have been may have changed. */
  hurry(): void {
    for (const [key, { cancel }] of this.#delayed) {
      cancel();
      this.#delayed.delete(key);
      this.add(key);
    }
  }

  /** After a failure: later each time until `forget`. */
  addRateLimited(key: K): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    if (this.#meter) this.#meter.retries++;
    this.addAfter(key, Math.min(this.#firstDelayMs * 2 ** failures, this.#mostDelayMs));
  }

  forget(key: K): void {
    this.#failures.delete(key);
  }

  /** How often the key has failed since it was last forgotten. */
  failures(key: K): number {
    return this.#failures.get(key) ?? 0;
  }

  /** The next key, which must be given back with `done`; nothing once the queue is closed. */
  take(): Promise<K | undefined> {
    for (const key of this.#waiting) {
      this.#waiting.delete(key);
      this.#working.add(key);
      this.#meter?.taken(key);
      return Promise.resolve(key);
    }
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  done(key: K): void {
    this.#working.delete(key);
    this.#meter?.done(key);
    if (this.#again.delete(key) && !this.#closed) this.#offer(key);
  }

  close(): void {
    this.#closed = true;
    this.#waiting.clear();
    this.#again.clear();
    this.#meter?.closed();
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    for (const taker of this.#takers.splice(0)) taker(undefined);
  }
}
