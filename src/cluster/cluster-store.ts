/** The store of a cluster's process, encrypted where a file asks for it. */
import type { Logger } from "pino";
import { type HealthCheck, resourceOfKey } from "../apiserver/mod.ts";
import { type Clock, systemClock } from "../client/mod.ts";
import { Registry } from "../client/prometheus.ts";
import { openEncrypted, openLmdbStore, type Store, sealingBytes } from "../store/mod.ts";
import { reloadCounts } from "./access-reload.ts";

export interface ClusterStoreOptions {
  readonly folder: string;
  /** False: what is acknowledged outlives the process, not the machine's power. Default true. */
  readonly durable?: boolean;
  /** An EncryptionConfiguration file; empty: none. */
  readonly encryptionProviderConfig: string;
  readonly log: Logger;
  /** Where reloads of the file are counted. */
  readonly metrics?: Registry;
  readonly clock?: Clock;
}

export interface ClusterStore {
  readonly store: Store;
  readonly healthChecks: readonly HealthCheck[];
}

/** Throws `StoreError`. */
export function openClusterStore(options: ClusterStoreOptions): ClusterStore {
  const { encryptionProviderConfig: file, log, metrics = new Registry(), clock = systemClock, ...where } = options;
  if (file === "") return { store: openLmdbStore(where), healthChecks: [] };
  const count = reloadCounts("encryption", { metrics, clock });
  const store = openEncrypted(openLmdbStore({ ...where, sealingBytes }), {
    file,
    resourceOf: resourceOfKey,
    onProblem: (error) => log.error({ err: error }, "encryption at rest has a problem"),
    onReload: (contentHash) => {
      count("success", contentHash);
      log.info({ file }, "the encryption configuration has changed");
    },
    onReloadFailure: (error) => {
      count("failure");
      log.error({ err: error, file }, "a changed encryption configuration makes no sense; what was in force stays");
    },
  });
  return { store, healthChecks: [{ name: "kms-providers", check: () => store.encryptionProblem() }] };
}
