/** The store over any version log: group commits, snapshots, watches, compaction. One instance is the log's only writer. */
import type { ListPage, ListQuery, Store, StoredValue, StoreListener, StoreWatch, Write } from "./contract.ts";
import { closed, compacted, future, StoreError, tooLarge } from "./errors.ts";
import { decideBatch, type GroupCommit, type PendingWrite } from "./group-commit.ts";
import { checkKey } from "./keys.ts";
import { RecentLinks } from "./recent-links.ts";
import { Snapshots } from "./snapshots.ts";
import type { VersionLog } from "./version-log.ts";
import { storedValue, WatchHub } from "./watch-hub.ts";

/** etcd's limit, which clients know from its message. */
export const maxValueBytes = 1.5 * 1024 * 1024;
/** One commit holds up the next: past these it is better to begin a new one. */
const maxBatchWrites = 512;
const maxBatchBytes = 8 * 1024 * 1024;
/** Keys and values read in one turn of the event loop. */
const listPortion = 1000;
/** Versions looked at between two pauses of a compaction. */
const sweepPortion = 1000;

export interface VersionedStoreOptions {
  /** Told of what a watch's listener throws, and why a watch ends where nobody else is told. Default: reported as an uncaught error of the process. */
  readonly onListenerError?: (error: unknown) => void;
  /** Calls back in a later turn of the event loop. Default `setImmediate`. */
  readonly defer?: (callback: () => void) => void;
  /** Room for what encryption adds to a value, in bytes. Default none. */
  readonly sealingBytes?: number;
}

export class VersionedStore implements Store {
  readonly #log: VersionLog;
  readonly #maxBytes: number;
  readonly #defer: (callback: () => void) => void;
  readonly #hub: WatchHub;
  readonly #snapshots: Snapshots;
  readonly #links = new RecentLinks();
  readonly #queue: PendingWrite[] = [];
  #committing: Promise<void> | undefined;
  #appending: Promise<void> | undefined;
  #compacting: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(log: VersionLog, options: VersionedStoreOptions = {}) {
    this.#log = log;
    this.#maxBytes = maxValueBytes + (options.sealingBytes ?? 0);
    this.#defer = options.defer ?? setImmediate;
    const { onListenerError = reportUncaught } = options;
    this.#hub = new WatchHub({ log, onListenerError, defer: this.#defer });
    this.#snapshots = new Snapshots(log);
    // What an interrupted compaction left; should it fail, the next compaction begins with it.
    if (log.swept < log.floor) this.#compacting = this.#sweep(log.floor).catch(() => {});
  }

  get revision(): number {
    return this.#log.newest;
  }

  get floor(): number {
    return this.#log.floor;
  }

  get sizeBytes(): number {
    return this.#log.sizeBytes ?? 0;
  }

  async get(key: string): Promise<StoredValue | undefined> {
    await this.#settled();
    const revision = this.#log.revisionOf(key);
    return revision === 0 ? undefined : this.#stored(revision);
  }

  /** While an append is under way the keys may be of the next revision already, which is not durable yet. */
  async #settled(): Promise<void> {
    if (this.#appending) await this.#appending.catch(() => {});
    this.#checkOpen();
  }

  async list({ prefix, after, limit = Infinity, counted = true, revision: asked }: ListQuery): Promise<ListPage> {
    await this.#settled();
    const revision = asked ?? this.revision;
    if (revision > this.revision) throw future(revision, this.revision);
    const items: StoredValue[] = [];
    let remaining = 0;
    let last = after;
    for (let portion = this.#keysOf(prefix, revision, last); portion.length > 0; ) {
      for (const [, itsRevision] of portion) {
        if (items.length < limit) items.push(this.#stored(itsRevision));
        else remaining++;
      }
      if (portion.length < listPortion || (remaining > 0 && !counted)) break;
      last = portion.at(-1)![0];
      await new Promise<void>(this.#defer);
      await this.#settled();
      portion = this.#keysOf(prefix, revision, last);
    }
    if (remaining > 0) this.#snapshots.remember(prefix, revision);
    return { items, revision, remaining };
  }

  /** The next keys of a snapshot, whatever was written since. */
  #keysOf(prefix: string, revision: number, after: string | undefined): (readonly [string, number])[] {
    if (revision < this.#log.floor) throw compacted(revision, this.#log.floor);
    const isPresent = revision === this.revision;
    const keys = isPresent ? this.#log.keys(prefix, after) : this.#snapshots.keys(prefix, revision, after);
    return [...Iterator.from(keys).take(listPortion)];
  }

  async write(write: Write): Promise<number> {
    this.#checkOpen();
    checkKey(write.key);
    if (write.value && write.value.byteLength > this.#maxBytes) throw tooLarge(maxValueBytes);
    return new Promise((resolve, reject) => {
      this.#queue.push({ write, resolve, reject });
      this.#committing ??= this.#commitAll();
    });
  }

  watch(prefix: string, from: number, listener: StoreListener, onFailure?: (error: unknown) => void): StoreWatch {
    this.#checkOpen();
    return this.#hub.watch(prefix, from, listener, onFailure);
  }

  async compact(revision: number): Promise<void> {
    this.#checkOpen();
    if (revision > this.revision) throw future(revision, this.revision);
    const done = this.#compacting.then(() => this.#compact(revision));
    this.#compacting = done.catch(() => {});
    await done;
  }

  /** Waits for writes that were asked for before. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#committing;
    await this.#compacting;
    this.#hub.close();
    await this.#log.close();
  }

  async #commitAll(): Promise<void> {
    // All that is asked for in this turn of the event loop goes into the first batch: many requests arrive together, and a commit costs much.
    await new Promise<void>(this.#defer);
    while (this.#queue.length > 0) await this.#commit(this.#nextBatch());
    this.#committing = undefined;
  }

  #nextBatch(): PendingWrite[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#queue.length && count < maxBatchWrites && bytes < maxBatchBytes) {
      bytes += this.#queue[count++]!.write.value?.byteLength ?? 0;
    }
    return this.#queue.splice(0, count);
  }

  async #commit(batch: readonly PendingWrite[]): Promise<void> {
    let commit: GroupCommit;
    try {
      commit = decideBatch(this.#log, batch);
      if (commit.versions.length > 0) await this.#append(commit);
    } catch (error) {
      for (const { reject } of batch) reject(error as Error);
      return;
    }
    if (commit.events.length > 0) this.#hub.publish(commit.events, this.revision);
    for (const { pending, revision } of commit.accepted) pending.resolve(revision);
    for (const refuse of commit.refusals) refuse();
  }

  async #append({ versions }: GroupCommit): Promise<void> {
    this.#appending = this.#log.append(versions);
    try {
      await this.#appending;
    } finally {
      this.#appending = undefined;
    }
    for (const version of versions) this.#links.note(version);
  }

  async #compact(revision: number): Promise<void> {
    if (revision > this.#log.floor) await this.#log.setFloor(revision);
    // Only now: while the floor was being set, watches could still begin before it.
    this.#hub.catchUpAll();
    await this.#sweep(this.#log.floor);
  }

  /** Each version up to the floor takes what it replaced with it, and itself where it is a deletion. */
  async #sweep(floor: number): Promise<void> {
    while (this.#log.swept < floor && !this.#closed) {
      const upTo = Math.min(this.#log.swept + sweepPortion, floor);
      const dropped = this.#links.dropped(this.#log.swept, upTo) ?? this.#readDropped(upTo);
      await this.#log.sweep(dropped, upTo);
    }
    this.#links.forgetUpTo(floor);
  }

  /** Of versions from before this process. */
  #readDropped(upTo: number): number[] {
    const versions = this.#log.versions(this.#log.swept, sweepPortion).filter(({ revision }) => revision <= upTo);
    return versions.flatMap(({ revision, previous, value }) => [
      ...(previous > 0 ? [previous] : []),
      ...(value ? [] : [revision]),
    ]);
  }

  #stored(revision: number): StoredValue {
    const stored = storedValue(this.#log.version(revision));
    if (!stored) throw new StoreError("corrupt", `revision ${revision} is missing`);
    return stored;
  }

  #checkOpen(): void {
    if (this.#closed) throw closed();
  }
}

function reportUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
