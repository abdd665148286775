/**
 * What a controller has asked for and its cache does not show yet. A controller that counted pods from a cache that is behind would create
 * or delete too many; it waits until its own writes have come back.
 */
import type { Clock } from "../../client/mod.ts";

/** A write that never comes back (its event lost with a broken watch) must not stop its owner for good. */
const expiryMs = 300_000;

interface Expected {
  /** Creations announced and not yet seen. */
  creations: number;
  /** Uids of deletions announced and not yet seen. */
  readonly deletions: Set<string>;
  readonly since: number;
}

export class Expectations {
  readonly #clock: Clock;
  readonly #expected = new Map<string, Expected>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Announce before the first request is sent: its event may come before its answer. */
  expectCreations(key: string, count: number): void {
    if (count > 0) this.#entry(key).creations += count;
  }

  expectDeletions(key: string, uids: readonly string[]): void {
    if (uids.length === 0) return;
    const { deletions } = this.#entry(key);
    for (const uid of uids) deletions.add(uid);
  }

  /** Seen, or refused: either way it is no longer awaited. */
  creationObserved(key: string, count = 1): void {
    const entry = this.#expected.get(key);
    if (entry === undefined) return;
    entry.creations -= count;
    this.#settle(key, entry);
  }

  /** Safe to call for every event of every object that goes away, as often as it comes. */
  deletionObserved(key: string, uid: string): void {
    const entry = this.#expected.get(key);
    if (entry?.deletions.delete(uid)) this.#settle(key, entry);
  }

  /** Nothing is awaited, or it has been for too long. */
  satisfied(key: string): boolean {
    const entry = this.#expected.get(key);
    if (entry === undefined) return true;
    if (this.#clock.monotonic() - entry.since < expiryMs) return false;
    this.#expected.delete(key);
    return true;
  }

  forget(key: string): void {
    this.#expected.delete(key);
  }

  #entry(key: string): Expected {
    const entry = this.#expected.get(key) ?? { creations: 0, deletions: new Set(), since: this.#clock.monotonic() };
    this.#expected.set(key, entry);
    return entry;
  }

  #settle(key: string, entry: Expected): void {
    if (entry.creations <= 0 && entry.deletions.size === 0) this.#expected.delete(key);
  }
}
