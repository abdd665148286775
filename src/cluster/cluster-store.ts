/** The store of a cluster's process, encrypted where a file asks for it. */
import { readFileSync } from "node:fs";
import type { Logger } from "pino";
import { type HealthCheck, resourceOfKey } from "../apiserver/mod.ts";
import { type Clock, systemClock } from "../client/mod.ts";
import { Registry } from "../client/prometheus.ts";
import { openEncrypted, openLmdbStore, type Store, StoreError, sealingBytes } from "../store/mod.ts";
import { followFile } from "./config-reload.ts";

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
  const inForce = readConfiguration(file);
  const store = openEncrypted(openLmdbStore({ ...where, sealingBytes }), {
    configuration: inForce,
    resourceOf: resourceOfKey,
    onProblem: (error) => log.error({ err: error }, "encryption at rest has a problem"),
  });
  const apply = (text: string) => store.replaceConfiguration(text);
  const followed = followFile({ what: "encryption", file, inForce, apply }, { log, metrics, clock });
  followed.start();
  const healthChecks = [{ name: "kms-providers", check: () => store.encryptionProblem() }];
  return { store: closedWith(store, () => followed.stop()), healthChecks };
}

function readConfiguration(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? "failed";
    throw new StoreError("bad-configuration", `encryption configuration ${file} cannot be read: ${why}`);
  }
}

function closedWith(store: Store, end: () => void): Store {
  const close = store.close.bind(store);
  return Object.assign(store, {
    close() {
      end();
      return close();
    },
  });
}
