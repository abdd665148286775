/** What the verbs read objects of one resource from. */
import type { StoredValue, StoreEvent } from "../../../store/mod.ts";
import type { CacheEvent, CacheListener } from "./cache-event.ts";
import type { Entry } from "./entry.ts";

export interface ListTally {
  add(fetched: number, returned: number): void;
}

export interface ListenOptions {
  /** Called when there will be no changes any more. */
  onClose?(): void;
  /** Hears of a few objects only: most writes are none of its business. */
  readonly narrow?: boolean;
  /** Keeps the objects of the changes, decoded, in this process. */
  readonly keepsObjects?: boolean;
}

export interface ObjectCache {
  readonly prefix: string;
  /** Every change after this revision is at hand. */
  readonly floor: number;
  /** Revision of the newest change. */
  readonly changed: number;
  get(key: string): Entry | undefined;
  /** Entries whose key starts with `prefix` and comes after `after`, in key order; at most `limit`. */
  list(prefix: string, after?: string, limit?: number): readonly Entry[];
  /** How many such entries there are. */
  count(prefix: string, after?: string): number;
  /** Changes after `revision`; nothing where they are no longer at hand. */
  eventsAfter(revision: number): readonly CacheEvent[] | undefined;
  /** Called with each batch of changes, in order. Answers the removal. */
  listen(listener: CacheListener, options?: ListenOptions): () => void;
  /** Lists that were answered from memory, and from the store's history. Absent: nobody counts. */
  readonly lists?: { readonly memory: ListTally; readonly history: ListTally };
  /** Entries of values from the store's history. */
  entriesOf(values: readonly StoredValue[]): readonly Entry[] | Promise<readonly Entry[]>;
  /** Changes from the store's history. */
  changesOf(events: readonly StoreEvent[]): readonly CacheEvent[] | Promise<readonly CacheEvent[]>;
}
