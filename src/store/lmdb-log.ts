/** The embedded durable engine: a version log in LMDB. An append is one transaction and resolves when it is on disk. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { DiskRoom } from "./disk-room.ts";
import { StoreError } from "./errors.ts";
import { KeyIndex } from "./key-index.ts";
import {
  commitError,
  type LmdbFolder,
  type LmdbFolderOptions,
  numberOf,
  openFolder,
  unreadableFolder,
  writeNumber,
} from "./lmdb-folder.ts";
import { checkLog } from "./log-check.ts";
import { MappedPages } from "./mapped-pages.ts";
import { type Version, type VersionLog, valueBytesOf } from "./version-log.ts";
import { decodeVersion, encodeVersion } from "./version-record.ts";

/** In the first format the tree of keys was up to date with each append, and no mark told how far it was. */
const formatNumber = 2;
const oldestFormat = 1;
const encodedAtOnce = 256;

export class LmdbLog implements VersionLog {
  newest: number;
  floor: number;
  swept: number;
  readonly #folder: LmdbFolder;
  readonly #room: DiskRoom;
  readonly #keys: KeyIndex;
  readonly #pages: MappedPages;
  /** The newest revision that an append was tried with. */
  #tried: number;
  /** The format is written with the first append. */
  #formatted: boolean;
  #hasWritten = false;

  /** Creates the folder where it is missing. Throws `StoreError`: `unwritable`, `locked`, `corrupt`. */
  static open(options: LmdbFolderOptions): LmdbLog {
    const { folder } = options;
    const opened = openFolder(options);
    try {
      return new LmdbLog(opened);
    } catch (error) {
      opened.close();
      if (error instanceof StoreError) throw error;
      throw unreadableFolder(folder, error);
    }
  }

  private constructor(folder: LmdbFolder) {
    this.#folder = folder;
    this.#room = new DiskRoom(folder.folder);
    this.#pages = new MappedPages(join(folder.folder, "data.mdb"));
    const format = this.#mark("format");
    if (format !== 0 && (format < oldestFormat || format > formatNumber)) {
      throw new StoreError(
        "corrupt",
        `the store in ${folder.folder} has format ${format}, this is for ${formatNumber}`,
      );
    }
    this.#formatted = format === formatNumber;
    this.floor = Math.max(1, this.#mark("floor"));
    this.swept = Math.max(1, this.#mark("swept"));
    const [last] = folder.versions.getKeys({ reverse: true, limit: 1 });
    this.newest = Math.max(this.floor, last ?? 0);
    this.#tried = this.newest;
    this.#keys = new KeyIndex({
      folder,
      ...(!this.#formatted && { complete: this.newest }),
      commit: (writes) => this.#commit(writes),
      isTight: () => this.#room.isTight,
    });
    try {
      this.#takeUp();
    } catch (error) {
      throw unreadableFolder(folder.folder, error);
    }
  }

  /** What another process has left. */
  #takeUp(): void {
    const { newest, floor, swept } = this;
    const { complete } = this.#keys;
    if (this.#mark("newest") > newest) throw new Error("its newest version is missing");
    if (complete < swept || complete > newest) throw new Error(`its keys are of revision ${complete}`);
    // The tree of keys lacks what came after.
    const versions = Iterator.from(this.#range(0)).map((version) => {
      if (version.revision > complete) this.#keys.note(version);
      return version;
    });
    checkLog({ newest, floor, swept, versions, keys: () => this.keys("") });
  }

  get sizeBytes(): number {
    return statSync(join(this.#folder.folder, "data.mdb")).size;
  }

  revisionOf(key: string): number {
    return this.#keys.revisionOf(key);
  }

  version(revision: number): Version | undefined {
    const shared = this.#record(revision);
    this.#pages.touch(1);
    return shared && decodeVersion(revision, ownCopy(shared));
  }

  #record(revision: number): Buffer | undefined {
    try {
      return this.#folder.versions.getBinaryFast(revision);
    } catch (error) {
      const why = `revision ${revision} cannot be read: ${(error as Error).message}`;
      throw new StoreError("corrupt", why, { cause: error });
    }
  }

  keys(prefix: string, after?: string): Iterable<readonly [string, number]> {
    return this.#keys.keys(prefix, after);
  }

  versions(after: number, limit: number): Version[] {
    return [...this.#range(after, limit)];
  }

  *#range(after: number, limit?: number): Iterable<Version> {
    const options = { start: after + 1, end: this.newest + 1, ...(limit !== undefined && { limit }) };
    for (const { key, value } of this.#folder.versions.getRange(options)) {
      yield decodeVersion(key, value);
      this.#pages.touch(1);
    }
  }

  /** Throws `full` where values of so many bytes will hardly find room. */
  requireRoom(valueBytes: number): void {
    this.#room.require(valueBytes);
  }

  async append(versions: readonly Version[]): Promise<void> {
    this.requireRoom(valueBytesOf(versions));
    const records = await encodeAll(versions);
    await this.#commit(() => {
      if (!this.#formatted) this.#format();
      for (const [index, { revision }] of versions.entries()) this.#putVersion(revision, records[index]!);
      // Of a file that was cut the end of a tree may be missing without a word.
      this.#setMark("newest", versions.at(-1)!.revision);
    });
    this.#formatted = true;
    this.#hasWritten = true;
    for (const version of versions) this.#keys.note(version);
    this.newest = versions.at(-1)!.revision;
    this.#pages.touch(versions.length);
    // What could not be written now is tried again after the next append.
    if (this.#keys.isBehind) await this.#keys.write().catch(() => {});
  }

  #format(): void {
    this.#setMark("format", formatNumber);
    this.#keys.begin();
  }

  async setFloor(revision: number): Promise<void> {
    await this.#commit(() => this.#setMark("floor", revision));
    this.floor = revision;
  }

  async sweep(revisions: readonly number[], swept: number): Promise<void> {
    // No key may lead to what is removed, nor be found in it after a crash.
    if (this.#keys.complete < swept) await this.#keys.write();
    await this.#commit(() => {
      for (const revision of revisions) this.#folder.versions.remove(revision);
      this.#setMark("swept", swept);
    });
    this.swept = swept;
    this.#pages.touch(revisions.length);
  }

  /** Who has only read leaves the files as they are. */
  async close(): Promise<void> {
    if (this.#hasWritten) await this.#keys.write().catch(() => {});
    await this.#folder.close();
  }

  /** At the end of the tree its pages are filled, where they would be left half empty; what was tried before may be there already. */
  #putVersion(revision: number, record: Buffer): void {
    const append = revision > this.#tried;
    this.#folder.versions.put(revision, record, { append });
    if (append) this.#tried = revision;
  }

  #mark(name: string): number {
    return numberOf(this.#folder.marks.get(name));
  }

  #setMark(name: string, value: number): void {
    writeNumber(this.#folder.marks, name, value);
  }

  async #commit(writes: () => void): Promise<void> {
    try {
      await this.#folder.root.batch(writes);
    } catch (error) {
      throw await commitError(this.#folder.folder, this.#room, error);
    }
  }
}

/** Many are encoded in pieces, between which others have their turn. */
async function encodeAll(versions: readonly Version[]): Promise<readonly Buffer[]> {
  const records: Buffer[] = [];
  for (const version of versions) {
    if (records.length > 0 && records.length % encodedAtOnce === 0) await setImmediate();
    records.push(encodeVersion(version));
  }
  return records;
}

/** The package writes over what it answers at the next read. From Node's pool: so many small pieces on their own would leave memory full of holes. */
function ownCopy(shared: Buffer): Buffer {
  const { length } = shared;
  const copy = Buffer.allocUnsafe(length);
  copy.set(shared.subarray(0, length));
  return copy;
}
