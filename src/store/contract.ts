/**
 * The versioned key-value store under the API server, as etcd has it: one revision counter for the whole store, each write compares the
 * revision that the writer read, lists are consistent snapshots, watches replay from any revision that compaction has left.
 */

export interface StoredValue {
  readonly key: string;
  readonly value: Uint8Array;
  /** Revision of the write that made this value. */
  readonly revision: number;
}

export interface ListQuery {
  /** Keys that start with it, in byte order. */
  readonly prefix: string;
  /** Only keys after this one (exclusive): the next page. */
  readonly after?: string;
  readonly limit?: number;
  /** False: it is enough to know whether anything is left; `remaining` may be any number above 0 then. Default true. */
  readonly counted?: boolean;
  /** The snapshot to read; absent: now. Throws `compacted` where it is gone, `future` where it is not yet. */
  readonly revision?: number;
}

export interface ListPage {
  readonly items: readonly StoredValue[];
  /** The snapshot's revision. */
  readonly revision: number;
  /** Keys left after this page. */
  readonly remaining: number;
}

export interface Write {
  readonly key: string;
  /** Revision that the key must have; 0: it must not exist. */
  readonly expected: number;
  /** Absent: delete. */
  readonly value?: Uint8Array;
  /** The value is the last: the key is deleted at the next revision, in the same commit. */
  readonly isLast?: boolean;
}

export interface StoreEvent {
  readonly type: "put" | "delete";
  readonly key: string;
  readonly revision: number;
  /** The value put, or for a delete the last value. */
  readonly value: Uint8Array;
  /** The value before, absent where the key is new. */
  readonly previous?: StoredValue;
}

export interface StoreWatch {
  close(): void;
}

/**
 * Events come in revision order, without gap or repeat, each after its write is durable and before the writer is told. `revision`: everything
 * up to it has been delivered; `events` may be empty where only that is news. What was there before is read when it is asked for: at once, or
 * it may be compacted.
 */
export type StoreListener = (events: readonly StoreEvent[], revision: number) => void;

export interface Store {
  /** Revision of the newest durable write; 1 where nothing was ever written. */
  readonly revision: number;
  /** The oldest revision whose snapshot can still be read. */
  readonly floor: number;
  get(key: string): Promise<StoredValue | undefined>;
  list(query: ListQuery): Promise<ListPage>;
  /** Resolves with the new revision (of two, the second) when the write is durable; rejects `conflict` (with the present value) otherwise. Batched into group commits. The bytes must not change afterwards. */
  write(write: Write): Promise<number>;
  /**
   * Events after `from` (exclusive) under `prefix`. Throws `compacted` where history no longer reaches back so far. `onFailure` is told, once,
   * where the watch cannot go on: a value that cannot be read or opened.
   */
  watch(prefix: string, from: number, listener: StoreListener, onFailure?: (error: unknown) => void): StoreWatch;
  /** What it takes on disk; nothing where it has none. */
  readonly sizeBytes?: number;
  /** The value at `key` should be written again though it does not change: it is encrypted otherwise than it would be now. */
  mustRewrite?(key: string): boolean;
  /** Forgets history before `revision`: snapshots and watches from `revision` on stay possible, and current values stay. */
  compact(revision: number): Promise<void>;
  close(): Promise<void>;
}
