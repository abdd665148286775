/** The embedded durable engine: a version log in LMDB. An append is one transaction and resolves when it is on disk. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { DiskRoom } from "./disk-room.ts";
import { StoreError } from "./errors.ts";
import { endOfPrefix } from "./keys.ts";
import { commitError, type LmdbFolder, type LmdbFolderOptions, openFolder } from "./lmdb-folder.ts";
import { type Version, type VersionLog, valueBytesOf } from "./version-log.ts";
import { decodeVersion, encodeVersion } from "./version-record.ts";

const formatNumber = 1;
const encodedAtOnce = 256;

export class LmdbLog implements VersionLog {
  newest: number;
  floor: number;
  swept: number;
  readonly #folder: LmdbFolder;
  readonly #room: DiskRoom;
  /** The newest revision that an append was tried with. */
  #tried: number;
  /** The format is written with the first version. */
  #formatted: boolean;

  /** Creates the folder where it is missing. Throws `StoreError`: `unwritable`, `locked`, `corrupt`. */
  static open(options: LmdbFolderOptions): LmdbLog {
    const { folder } = options;
    const opened = openFolder(options);
    try {
      return new LmdbLog(opened);
    } catch (error) {
      opened.close();
      if (error instanceof StoreError) throw error;
      throw new StoreError("corrupt", `the store in ${folder} cannot be read: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  private constructor(folder: LmdbFolder) {
    this.#folder = folder;
    this.#room = new DiskRoom(folder.folder);
    const format = this.#mark("format");
    if (format !== 0 && format !== formatNumber) {
      throw new StoreError(
        "corrupt",
        `the store in ${folder.folder} has format ${format}, this is for ${formatNumber}`,
      );
    }
    this.#formatted = format !== 0;
    this.floor = Math.max(1, this.#mark("floor"));
    this.swept = Math.max(1, this.#mark("swept"));
    const [last] = folder.versions.getKeys({ reverse: true, limit: 1 });
    this.newest = Math.max(this.floor, last ?? 0);
    this.#tried = this.newest;
  }

  get sizeBytes(): number {
    return statSync(join(this.#folder.folder, "data.mdb")).size;
  }

  revisionOf(key: string): number {
    return decodeRevision(this.#folder.keys.get(key));
  }

  version(revision: number): Version | undefined {
    const shared = this.#folder.versions.getBinaryFast(revision);
    return shared && decodeVersion(revision, ownCopy(shared));
  }

  *keys(prefix: string, after?: string): Iterable<readonly [string, number]> {
    const range = { end: endOfPrefix(prefix), exclusiveStart: after !== undefined };
    const start = after ?? prefix;
    for (const { key, value } of this.#folder.keys.getRange({ ...range, ...(start !== "" && { start }) })) {
      yield [key, decodeRevision(value)];
    }
  }

  versions(after: number, limit: number): Version[] {
    const range = this.#folder.versions.getRange({ start: after + 1, end: this.newest + 1, limit });
    return Array.from(range, ({ key, value }) => decodeVersion(key, value));
  }

  /** Throws `full` where values of so many bytes will hardly find room. */
  requireRoom(valueBytes: number): void {
    this.#room.require(valueBytes);
  }

  async append(versions: readonly Version[]): Promise<void> {
    this.requireRoom(valueBytesOf(versions));
    const records = await encodeAll(versions);
    await this.#commit(() => {
      if (!this.#formatted) this.#setMark("format", formatNumber);
      // The values first, then the keys: the pages of the tree lie together then, and reading one does not bring values into memory.
      for (const [index, { revision }] of versions.entries()) this.#putVersion(revision, records[index]!);
      for (const version of versions) this.#putKey(version);
    });
    this.#formatted = true;
    this.newest = versions.at(-1)!.revision;
  }

  async setFloor(revision: number): Promise<void> {
    await this.#commit(() => this.#setMark("floor", revision));
    this.floor = revision;
  }

  async sweep(revisions: readonly number[], swept: number): Promise<void> {
    await this.#commit(() => {
      for (const revision of revisions) this.#folder.versions.remove(revision);
      this.#setMark("swept", swept);
    });
    this.swept = swept;
  }

  close(): Promise<void> {
    return this.#folder.close();
  }

  /** At the end of the tree its pages are filled, where they would be left half empty; what was tried before may be there already. */
  #putVersion(revision: number, record: Buffer): void {
    const append = revision > this.#tried;
    this.#folder.versions.put(revision, record, { append });
    if (append) this.#tried = revision;
  }

  #putKey({ key, revision, value }: Version): void {
    const { keys } = this.#folder;
    if (value) keys.put(key, encodeRevision(revision));
    else keys.remove(key);
  }

  #mark(name: string): number {
    return decodeRevision(this.#folder.marks.get(name));
  }

  #setMark(name: string, value: number): void {
    this.#folder.marks.put(name, encodeRevision(value));
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

function encodeRevision(revision: number): Buffer {
  const bytes = Buffer.allocUnsafe(6);
  bytes.writeUIntBE(revision, 0, 6);
  return bytes;
}

const decodeRevision = (bytes: Buffer | undefined): number => bytes?.readUIntBE(0, 6) ?? 0;
