/** The durable engine, with the journal before it. */
import type { Store } from "./contract.ts";
import { StoreError } from "./errors.ts";
import { canJournal } from "./journal-device.ts";
import { hasJournal, JournaledLog, refuseJournal } from "./journaled-log.ts";
import { LmdbLog } from "./lmdb-log.ts";
import type { VersionLog } from "./version-log.ts";
import { VersionedStore, type VersionedStoreOptions } from "./versioned-store.ts";

export interface LmdbStoreOptions extends VersionedStoreOptions {
  /** Made with mode 0700 where it is missing; its files are readable by their owner only. */
  readonly folder: string;
  /** False: what is acknowledged outlives this process, not the machine's power. Default true. */
  readonly durable?: boolean;
}

/** See `engines.ts`. */
export function openLmdbStore({ folder, durable = true, ...options }: LmdbStoreOptions): Store {
  return new VersionedStore(openLog(folder, durable), options);
}

function openLog(folder: string, durable: boolean): VersionLog {
  const log = LmdbLog.open({ folder, durable });
  // What a durable store has left behind is taken over in any case.
  if (!hasJournal(folder) && !(canJournal && durable)) return log;
  try {
    if (!canJournal) {
      refuseJournal(folder, log.newest);
      return log;
    }
    return new JournaledLog(log, { folder });
  } catch (error) {
    void log.close();
    if (error instanceof StoreError) throw error;
    const why = `the journal in ${folder} cannot be opened: ${(error as Error).message}`;
    throw new StoreError("unwritable", why, { cause: error });
  }
}
