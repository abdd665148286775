/** The engines by name. */
import type { Store } from "./contract.ts";
import { LmdbLog } from "./lmdb-log.ts";
import { MemoryLog } from "./memory-log.ts";
import { VersionedStore, type VersionedStoreOptions } from "./versioned-store.ts";

export interface LmdbStoreOptions extends VersionedStoreOptions {
  /** Made with mode 0700 where it is missing; its files are readable by their owner only. */
  readonly folder: string;
  /** False: what is acknowledged outlives this process, not the machine's power. Default true. */
  readonly durable?: boolean;
}

/** The embedded durable engine. Throws `StoreError`: `unwritable`, `locked`, `corrupt`. */
export function openLmdbStore({ folder, durable = true, ...options }: LmdbStoreOptions): Store {
  return new VersionedStore(LmdbLog.open({ folder, durable }), options);
}

/** An engine that is gone with the process. */
export function openMemoryStore(options: VersionedStoreOptions = {}): Store {
  return new VersionedStore(new MemoryLog(), options);
}
