/** The store of a cluster's process, encrypted where a file asks for it. */
import type { Logger } from "pino";
import { type HealthCheck, resourceOfKey } from "../apiserver/mod.ts";
import { openEncrypted, openLmdbStore, type Store, sealingBytes } from "../store/mod.ts";

export interface ClusterStoreOptions {
  readonly folder: string;
  /** False: what is acknowledged outlives the process, not the machine's power. Default true. */
  readonly durable?: boolean;
  /** An EncryptionConfiguration file; empty: none. */
  readonly encryptionProviderConfig: string;
  readonly log: Logger;
}

export interface ClusterStore {
  readonly store: Store;
  readonly healthChecks: readonly HealthCheck[];
}

/** Throws `StoreError`. */
export function openClusterStore({ encryptionProviderConfig: file, log, ...where }: ClusterStoreOptions): ClusterStore {
  if (file === "") return { store: openLmdbStore(where), healthChecks: [] };
  const store = openEncrypted(openLmdbStore({ ...where, sealingBytes }), {
    file,
    resourceOf: resourceOfKey,
    onProblem: (error) => log.error({ err: error }, "encryption at rest has a problem"),
    onReload: () => log.info({ file }, "the encryption configuration has changed"),
  });
  return { store, healthChecks: [{ name: "kms-providers", check: () => store.encryptionProblem() }] };
}
