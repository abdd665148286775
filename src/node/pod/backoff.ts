/** Growing delays for what failed: restarts of a container, pulls of an image. */
import type { Clock } from "../../client/mod.ts";

const initialMs = 10_000;
const maximumMs = 300_000;
/** After this long without another failure the next one counts as the first. */
const forgetAfterMs = 2 * maximumMs;

interface Entry {
  readonly delayMs: number;
  readonly updatedAt: number;
  /** The same by the time that only goes on. */
  readonly begunAt: number;
}

export class Backoff {
  readonly #clock: Clock;
  /** Absent before the first failure: each pod has delays of its own, and most never fail. */
  #entries: Map<string, Entry> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How long after the failure at `since` the next attempt comes; 0 where it may come now. */
  remainingMs(key: string, since: number): number {
    const entry = this.#entries?.get(key);
    const now = this.#clock.now();
    if (entry === undefined || now - entry.updatedAt > forgetAfterMs) return 0;
    // The clock was set back since: how long ago that was is not known, and waiting for the old time would take hours.
    if (since > now) return Math.max(0, entry.begunAt + entry.delayMs - this.#clock.monotonic());
    return Math.max(0, since + entry.delayMs - now);
  }

  /** The present delay: `10s`, `2m40s`, `5m0s`. */
  describe(key: string): string {
    return formatDuration(this.#entries?.get(key)?.delayMs ?? initialMs);
  }

  /** A new attempt begins after the failure at `since`: the next delay is twice as long. */
  advance(key: string, since: number): void {
    const entry = this.#entries?.get(key);
    const fresh = entry === undefined || since - entry.updatedAt > forgetAfterMs;
    const delayMs = fresh ? initialMs : Math.min(entry.delayMs * 2, maximumMs);
    this.#entries ??= new Map();
    this.#entries.set(key, { delayMs, updatedAt: this.#clock.now(), begunAt: this.#clock.monotonic() });
  }

  reset(key: string): void {
    this.#entries?.delete(key);
  }

  /** Forgets what no failure has touched for long. */
  collect(): void {
    const now = this.#clock.now();
    for (const [key, entry] of this.#entries ?? []) {
      if (now - entry.updatedAt > forgetAfterMs) this.#entries?.delete(key);
    }
  }
}

/** As Go prints a duration of whole seconds. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds % 60}s`;
}
