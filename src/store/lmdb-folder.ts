/** Opens the folder of an LMDB environment, and says plainly why where it cannot. */
import { chmodSync, mkdirSync, statSync, truncateSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Database, RootDatabase } from "lmdb";
import { type DiskRoom, fullDisk } from "./disk-room.ts";
import { StoreError } from "./errors.ts";
import { lockFolder } from "./folder-lock.ts";
import { checkLmdbFile } from "./lmdb-file.ts";

/** The package's own types name the options of a put only where it is synchronous. */
interface Appending {
  put(revision: number, record: Buffer, options: { readonly append: boolean }): Promise<boolean>;
}

export interface LmdbFolder {
  readonly folder: string;
  readonly root: RootDatabase<Buffer, string>;
  /** Version records by revision. */
  readonly versions: Database<Buffer, number> & Appending;
  /** Existing keys; the value is the revision of the newest version. Not up to date: see `KeyIndex`. */
  readonly keys: Database<Buffer, string>;
  /** Numbers by name: the format, the floor, the sweep. */
  readonly marks: Database<Buffer, string>;
  close(): Promise<void>;
}

export interface LmdbFolderOptions {
  readonly folder: string;
  /** False: a commit is done when the system has it, not the disk. Default true. */
  readonly durable?: boolean;
}

/**
 * Bytes of address space, not of memory or disk. LMDB grows beyond it by mapping the file again, and keeps each former mapping with what was read
 * there: a page would be in memory, and be counted, once for each.
 */
const mapSize = 16 * 2 ** 30;

/** Throws `unwritable`, `locked` or `corrupt`. */
export function openFolder({ folder, durable = true }: LmdbFolderOptions): LmdbFolder {
  const unlock = prepare(folder);
  try {
    return openEnvironment({ folder, durable }, unlock);
  } catch (error) {
    unlock();
    throw unreadableFolder(folder, error);
  }
}

/** What cannot be opened, and what to do then. */
export function unreadableFolder(folder: string, cause: unknown): StoreError {
  const why = `the store in ${folder} cannot be read: ${(cause as Error).message}; restore the folder from a backup, or start without it`;
  return new StoreError("corrupt", why, { cause });
}

function prepare(folder: string): () => void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    return lockFolder(folder);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError("unwritable", `the store's folder ${folder} cannot be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Loaded for who keeps something on disk: a cluster in memory does without it. */
const loadLmdb = () => createRequire(import.meta.url)("lmdb") as typeof import("lmdb");

function openEnvironment({ folder, durable }: Required<LmdbFolderOptions>, unlock: () => void): LmdbFolder {
  checkLmdbFile(join(folder, "data.mdb"));
  // Without overlapping sync a commit is LMDB's own: its promise resolves after the data and then the meta page are on disk. Without event
  // turn batching an explicit batch is one transaction, and a failed one rejects one promise.
  const root = loadLmdb().open<Buffer, string>({
    path: folder,
    encoding: "binary",
    overlappingSync: false,
    noSync: !durable,
    eventTurnBatching: false,
    maxDbs: 4,
    ...(process.platform === "linux" && { mapSize }),
  });
  for (const name of ["data.mdb", "lock.mdb"]) chmodSync(join(folder, name), 0o600);
  fillTruncatedEnd(root, join(folder, "data.mdb"));
  const database = <K extends string | number>(name: string): Database<Buffer, K> =>
    root.openDB<Buffer, K>({ name, encoding: "binary" });
  return {
    folder,
    root,
    versions: database<number>("versions") as LmdbFolder["versions"],
    keys: database<string>("keys"),
    marks: database<string>("marks"),
    close: async () => {
      await root.close();
      unlock();
    },
  };
}

/** Reading past the end of a mapped file kills the process. What is missing there is free, and written before it is read. */
function fillTruncatedEnd(root: RootDatabase<Buffer, string>, file: string): void {
  const { pageSize, lastPageNumber } = root.getStats() as { pageSize: number; lastPageNumber: number };
  const wanted = pageSize * (lastPageNumber + 1);
  if (statSync(file).size < wanted) truncateSync(file, wanted);
}

/** Revisions, and marks. 0: there is none. */
export const numberOf = (bytes: Buffer | undefined): number => bytes?.readUIntBE(0, 6) ?? 0;

export function writeNumber(database: Database<Buffer, string>, name: string, value: number): void {
  const bytes = Buffer.allocUnsafe(6);
  bytes.writeUIntBE(value, 0, 6);
  database.put(name, bytes);
}

/** What LMDB could not write, in the store's words. It reports a full disk as a short write. */
export async function commitError(folder: string, room: DiskRoom, error: unknown): Promise<StoreError> {
  const promised = (error as { commitError?: Promise<never> }).commitError;
  const cause = promised ? await promised.catch((inner: unknown) => inner) : error;
  if ((cause as { code?: number }).code === 28 || room.isFull) return fullDisk(folder, cause);
  return new StoreError("failed", `the store in ${folder} cannot be written: ${(cause as Error).message}`, { cause });
}
