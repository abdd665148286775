/**
 * The tree of keys in LMDB, brought up to date seldom. Each transaction moves the pages that it changes to other places of the file, and what was
 * once read of a mapped file stays in the process: with each append its keys, a burst would bring ten times the tree into memory. What the tree does
 * not have yet is kept here, and found in the versions after a crash.
 */

import { type ChangedKeys, endOfPrefix, inKeyOrder, mergeKeys } from "./keys.ts";
import { type LmdbFolder, numberOf, writeNumber } from "./lmdb-folder.ts";
import type { Version } from "./version-log.ts";

/** So many changed keys are written, … */
const maximumKeys = 8192;
/** … and so many versions are read after a crash at most. */
const maximumVersions = 32_768;
/** … and so many bytes of values, about. */
const maximumBytes = 64 * 1024 * 1024;
/** In one transaction; the process does other things between them. */
const piece = 1024;
/** Where the disk is nearly full. Each key may move some pages; those of a transaction can be used again by the next but one. */
const usualSmallPiece = 64;
const mark = "indexed";

export interface KeyIndexOptions {
  readonly folder: Pick<LmdbFolder, "keys" | "marks">;
  /** The tree has the keys of all versions up to here. Absent: it tells itself. */
  readonly complete?: number;
  /** Makes one transaction of the writes; resolves when it is durable. */
  commit(writes: () => void): Promise<void>;
  /** Whether a transaction of many keys may find no room on the disk. */
  isTight(): boolean;
  /** Keys in one transaction then. */
  readonly smallPiece?: number;
}

export class KeyIndex {
  readonly #folder: KeyIndexOptions["folder"];
  readonly #commit: KeyIndexOptions["commit"];
  readonly #isTight: KeyIndexOptions["isTight"];
  readonly #smallPiece: number;
  /** Newest revisions of keys that the tree does not have yet; 0: the key is gone. */
  readonly #changed = new Map<string, number>();
  /** The same in order, made where it is asked for: a start reads all keys, a portion at a time. */
  #sorted: ChangedKeys | undefined;
  #complete: number;
  #newest: number;
  /** Of the values of versions that the tree does not know of: they are read after a crash. */
  #bytes = 0;
  #writing: Promise<void> | undefined;

  constructor({ folder, complete, commit, isTight, smallPiece = usualSmallPiece }: KeyIndexOptions) {
    this.#folder = folder;
    this.#commit = commit;
    this.#isTight = isTight;
    this.#smallPiece = smallPiece;
    this.#complete = complete ?? numberOf(folder.marks.get(mark));
    this.#newest = this.#complete;
  }

  /** The tree has the keys of all versions up to this one. */
  get complete(): number {
    return this.#complete;
  }

  get isBehind(): boolean {
    const versions = this.#newest - this.#complete;
    return this.#changed.size >= maximumKeys || versions >= maximumVersions || this.#bytes >= maximumBytes;
  }

  /** Within a transaction: what the tree has is told by a mark from now on. */
  begin(): void {
    writeNumber(this.#folder.marks, mark, this.#complete);
  }

  /** The version is durable, and newer than all before. */
  note({ key, revision, value }: Version): void {
    this.#changed.set(key, value ? revision : 0);
    this.#bytes += value?.byteLength ?? 0;
    this.#sorted = undefined;
    this.#newest = revision;
  }

  revisionOf(key: string): number {
    return this.#changed.get(key) ?? numberOf(this.#folder.keys.get(key));
  }

  keys(prefix: string, after?: string): Iterable<readonly [key: string, revision: number]> {
    return mergeKeys(this.#tree(prefix, after), this.#inOrder(), prefix, after);
  }

  #inOrder(): ChangedKeys {
    this.#sorted ??= inKeyOrder(this.#changed);
    return this.#sorted;
  }

  *#tree(prefix: string, after?: string): Iterable<readonly [key: string, revision: number]> {
    const range = { end: endOfPrefix(prefix), exclusiveStart: after !== undefined };
    const start = after ?? prefix;
    for (const { key, value } of this.#folder.keys.getRange({ ...range, ...(start !== "" && { start }) })) {
      yield [key, numberOf(value)];
    }
  }

  /** Resolves when the tree has what was noted before. Rejects where it cannot be written: what is missing there stays here. */
  async write(): Promise<void> {
    const wanted = this.#newest;
    while (this.#complete < wanted) {
      this.#writing ??= this.#writeAll().finally(() => (this.#writing = undefined));
      await this.#writing;
    }
  }

  /** In key order, so that each page is moved once. */
  async #writeAll(): Promise<void> {
    const [newest, bytes] = [this.#newest, this.#bytes];
    const changed = this.#inOrder();
    for (let start = 0; start < changed.length; ) {
      const some = changed.slice(start, start + (this.#isTight() ? this.#smallPiece : piece));
      await this.#commit(() => {
        for (const [key, revision] of some) this.#put(key, revision);
      });
      start += some.length;
    }
    await this.#commit(() => writeNumber(this.#folder.marks, mark, newest));
    for (const [key, revision] of changed) if (this.#changed.get(key) === revision) this.#changed.delete(key);
    this.#sorted = undefined;
    this.#complete = newest;
    this.#bytes -= bytes;
  }

  #put(key: string, revision: number): void {
    if (revision === 0) this.#folder.keys.remove(key);
    else writeNumber(this.#folder.keys, key, revision);
  }
}
