/**
 * What an embedded engine has to offer: a log of versions by revision and, for each key that exists, the revision of its newest version.
 * A version names the one before it, so that history can be walked back and forgotten in the order it was made. Reads are synchronous and see
 * what is durable; `VersionedStore` makes a `Store` of it.
 */
export interface Version {
  readonly revision: number;
  readonly key: string;
  /** Revision of the version before; 0 where the key did not exist. */
  readonly previous: number;
  /** Absent: the key was deleted. */
  readonly value?: Uint8Array;
}

export interface VersionLog {
  /** The newest revision, at least `floor`. */
  readonly newest: number;
  /** History before this revision is forgotten. */
  readonly floor: number;
  /** What it takes on disk. */
  readonly sizeBytes?: number;
  /** Versions up to here have had what they replaced removed; less than `floor` where a compaction was interrupted. */
  readonly swept: number;

  /** 0 where the key does not exist. As `keys`, it may be of an append that is under way. */
  revisionOf(key: string): number;
  version(revision: number): Version | undefined;
  /** Existing keys with their revisions, in key order, that start with `prefix` and come after `after`. */
  keys(prefix: string, after?: string): Iterable<readonly [key: string, revision: number]>;
  /** Versions after `after` and up to `newest`, in revision order. */
  versions(after: number, limit: number): Version[];

  /** All or nothing; resolves when durable. */
  append(versions: readonly Version[]): Promise<void>;
  /** Resolves when durable. */
  setFloor(revision: number): Promise<void>;
  /** Removes versions and notes how far the sweep has come. */
  sweep(revisions: readonly number[], swept: number): Promise<void>;
  close(): Promise<void>;
}

export function valueBytesOf(versions: readonly Version[]): number {
  return versions.reduce((sum, { value }) => sum + (value?.byteLength ?? 0), 0);
}
