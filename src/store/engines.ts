/** The engines by name. */
import { createRequire } from "node:module";
import type { Store } from "./contract.ts";
import type { LmdbStoreOptions } from "./lmdb-engine.ts";
import { MemoryLog } from "./memory-log.ts";
import { VersionedStore, type VersionedStoreOptions } from "./versioned-store.ts";

const load = createRequire(import.meta.url);

/**
 * The embedded durable engine, loaded for who has one. Throws `StoreError`: `unwritable`, `locked`, `corrupt`; `unwritable` also where writes
 * that were acknowledged lie in a journal which this system cannot take over.
 */
export function openLmdbStore(options: LmdbStoreOptions): Store {
  const engine = load("./lmdb-engine.ts") as typeof import("./lmdb-engine.ts");
  return engine.openLmdbStore(options);
}

/** An engine that is gone with the process. */
export function openMemoryStore(options: VersionedStoreOptions = {}): Store {
  return new VersionedStore(new MemoryLog(), options);
}
