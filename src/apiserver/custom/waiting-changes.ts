/** Changes of stored objects that wait to be converted, in order, and no more of them than memory is meant to hold. */
import type { CacheEvent } from "../registry/cache/cache-event.ts";

type Batch = readonly CacheEvent[];

export interface WaitingLimits {
  readonly events: number;
  readonly bytes: number;
}

export class WaitingChanges {
  readonly #limits: WaitingLimits;
  readonly #batches: Batch[] = [];
  #events = 0;
  #bytes = 0;

  constructor(limits: WaitingLimits) {
    this.#limits = limits;
  }

  get first(): Batch | undefined {
    return this.#batches[0];
  }

  get isFull(): boolean {
    return this.#events > this.#limits.events || this.#bytes > this.#limits.bytes;
  }

  add(batch: Batch): void {
    this.#batches.push(batch);
    this.#events += batch.length;
    this.#bytes += bytesOf(batch);
  }

  removeFirst(): void {
    const batch = this.#batches.shift();
    if (!batch) return;
    this.#events -= batch.length;
    this.#bytes -= bytesOf(batch);
  }

  clear(): void {
    this.#batches.length = 0;
    this.#events = 0;
    this.#bytes = 0;
  }
}

/** The state before is another change's state after, or was in memory anyway. */
function bytesOf(batch: Batch): number {
  return batch.reduce((sum, { entry }) => sum + entry.storedLength, 0);
}
