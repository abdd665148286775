/** Whether a disk has room for what is to be written, asked before the write. */
import { statfsSync } from "node:fs";
import { StoreError } from "./errors.ts";

/** Left free for what a commit writes beside the values. */
const spareBytes = 1024 * 1024;
/** A commit that changes many pages in many places may take so much. */
const scatteredBytes = 16 * 1024 * 1024;
/** For how long an answer of the system is believed where there is plenty. */
const believedMs = 100;

export class DiskRoom {
  readonly #folder: string;
  readonly #freeBytes: (folder: string) => number;
  #askedAt = Number.NEGATIVE_INFINITY;
  #free = 0;

  constructor(folder: string, freeBytes = freeBytesOf) {
    this.#folder = folder;
    this.#freeBytes = freeBytes;
  }

  /**
   * Throws `full` where values of so many bytes may find no room: LMDB's binding, when it meets the end of a disk, now and then ends the
   * process. Deletions are always tried: they make room.
   */
  require(valueBytes: number): void {
    if (valueBytes === 0) return;
    const wanted = spareBytes + 2 * valueBytes;
    const now = performance.now();
    if (this.#free < wanted || now - this.#askedAt > believedMs) {
      this.#free = this.#freeBytes(this.#folder);
      this.#askedAt = now;
    }
    if (this.#free < wanted) throw fullDisk(this.#folder);
    this.#free -= 2 * valueBytes;
  }

  get isFull(): boolean {
    return this.#freeBytes(this.#folder) < spareBytes;
  }

  /** Commits had better be small. */
  get isTight(): boolean {
    return this.#freeBytes(this.#folder) < scatteredBytes;
  }
}

export const fullDisk = (folder: string, cause?: unknown): StoreError =>
  new StoreError("full", `the store in ${folder} cannot be written: the disk is full`, { cause });

function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
