/** The engines by name. */
import type { Store } from "./contract.ts";
import { LmdbLog } from "./lmdb-log.ts";
import { MemoryLog } from "./memory-log.ts";
import { VersionedStore, type VersionedStoreOptions } from "./versioned-store.ts";

export interface LmdbStoreOptions extends VersionedStoreOptions {
  /** Made with mode 0700 where it is missing; its files are readable by their owner only. */
  readonly folder: string;
}

/** The embedded durable engine. Throws `StoreError`: `unwritable`, `locked`, `corrupt`. */
export function openLmdbStore({ folder, ...options }: LmdbStoreOptions): Store {
  return new VersionedStore(LmdbLog.open(folder), options);
}

/** An engine that is gone with the process. */
export function openMemoryStore(options: VersionedStoreOptions = {}): Store {
  return new VersionedStore(new MemoryLog(), options);
}
