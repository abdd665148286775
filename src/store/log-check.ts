/** Whether what a log has on disk fits together: LMDB takes a damaged key or number for what was written. */
import type { Version } from "./version-log.ts";

export interface CheckedLog {
  readonly newest: number;
  readonly floor: number;
  /** Versions after it are all there; of those before, the ones that keys or later versions lead to. */
  readonly swept: number;
  /** All that are there, in order. */
  readonly versions: Iterable<Version>;
  readonly keys: () => Iterable<readonly [key: string, revision: number]>;
}

/** Throws where it does not. Reads all of it once. */
export function checkLog(log: CheckedLog): void {
  if (log.swept > log.floor) throw new Error(`it is swept up to ${log.swept}, beyond its floor ${log.floor}`);
  const newest = newestVersions(log);
  for (const [key, revision] of log.keys()) {
    if (newest.get(key) !== revision) throw new Error(`the value of ${key} is not that of revision ${revision}`);
    newest.delete(key);
  }
  for (const [key, revision] of newest) throw new Error(`the key ${key} of revision ${revision} is missing`);
}

/** Revisions of keys that exist. */
function newestVersions({ versions, swept, newest }: CheckedLog): Map<string, number> {
  const revisions = new Map<string, number>();
  let last = swept;
  for (const { revision, key, previous, value } of versions) {
    if (revision > swept && revision !== ++last) throw new Error(`the version of revision ${last} is missing`);
    if (revision > swept && (revisions.get(key) ?? 0) !== previous)
      throw new Error(`revision ${previous} is not the version of ${key} before revision ${revision}`);
    if (value) revisions.set(key, revision);
    else revisions.delete(key);
  }
  if (last !== newest) throw new Error(`the version of revision ${last + 1} is missing`);
  return revisions;
}
