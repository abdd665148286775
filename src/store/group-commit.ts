/** Decides a batch of writes against what is durable and against each other, before anything is written. */
import type { StoredValue, StoreEvent, Write } from "./contract.ts";
import { conflict } from "./errors.ts";
import type { Version, VersionLog } from "./version-log.ts";
import { eventOf, lazyEvent, storedValue } from "./watch-hub.ts";

export interface PendingWrite {
  readonly write: Write;
  resolve(revision: number): void;
  reject(error: Error): void;
}

export interface GroupCommit {
  readonly versions: readonly Version[];
  readonly events: readonly StoreEvent[];
  readonly accepted: readonly { readonly pending: PendingWrite; readonly revision: number }[];
  /** To be called once the versions are durable: conflicts with writes of this very batch are true only then. */
  readonly refusals: readonly (() => void)[];
}

/** Writes that conflict with what is durable already are rejected at once. */
export function decideBatch(log: VersionLog, batch: readonly PendingWrite[]): GroupCommit {
  const versions: Version[] = [];
  const events: StoreEvent[] = [];
  const accepted: { pending: PendingWrite; revision: number }[] = [];
  const refusals: (() => void)[] = [];
  const newest = new Map<string, Version>();
  const take = ({ key, previous, value }: Omit<Version, "revision">): number => {
    const within = newest.get(key);
    const revision = log.newest + versions.length + 1;
    const version: Version = { revision, key, previous, ...(value && { value }) };
    versions.push(version);
    events.push(within && previous > 0 ? eventOf(version, storedValue(within)) : lazyEvent(log, version));
    newest.set(key, version);
    return revision;
  };
  for (const pending of batch) {
    const { key, expected, value, isLast } = pending.write;
    const within = newest.get(key);
    const current = within ? (within.value ? within.revision : 0) : log.revisionOf(key);
    const present = (): StoredValue | undefined => storedValue(within ?? log.version(current));
    if (current !== expected || (!value && current === 0)) {
      const refuse = (): void => pending.reject(conflict(key, current === 0 ? undefined : present()));
      if (within) refusals.push(refuse);
      else refuse();
      continue;
    }
    const revision = take({ key, previous: current, ...(value && { value }) });
    accepted.push({ pending, revision: isLast ? take({ key, previous: revision }) : revision });
  }
  return { versions, events, accepted, refusals };
}
