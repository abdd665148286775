/** The versioned key-value store under the API server, and its engines. */
export { bisect } from "./bisect.ts";
export { Compactor, type CompactorOptions } from "./compactor.ts";
export type {
  ListPage,
  ListQuery,
  Store,
  StoredValue,
  StoreEvent,
  StoreListener,
  StoreWatch,
  Write,
} from "./contract.ts";
export { checkEncryption } from "./encryption/configuration.ts";
export { sealingBytes } from "./encryption/encrypted-store.ts";
export { type ConfiguredStore, type EncryptionOptions, openEncrypted } from "./encryption/open-encrypted.ts";
export { openLmdbStore, openMemoryStore } from "./engines.ts";
export { StoreError, type StoreErrorCode } from "./errors.ts";
export type { LmdbStoreOptions } from "./lmdb-engine.ts";
export type { VersionedStoreOptions } from "./versioned-store.ts";
