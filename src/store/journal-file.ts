/**
 * A file of batches of versions, each durable when its append resolves: one write to the disk, where LMDB needs two and a wait between them.
 * A batch is: mark of the run (6) · length of the body (4) · checksum of mark and body (4) · body; the body holds for each version its
 * revision (6), the length of its record (4) and the record. A run begins at the start of the file and has a mark of its own, so that what an
 * earlier run has left behind its end is never taken for a part of it.
 */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  write,
  writeSync,
} from "node:fs";
import { crc32 } from "node:zlib";
import type { Version } from "./version-log.ts";
import { decodeVersion, encodeVersion } from "./version-record.ts";

const markBytes = 6;
const headBytes = markBytes + 8;
const itemBytes = 10;

export class JournalFile {
  readonly #descriptor: number;
  #mark = randomBytes(markBytes);
  #position = 0;

  /** Made where it is missing, for its owner only. */
  constructor(path: string) {
    this.#descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_DSYNC, 0o600);
  }

  /** Of the present run. */
  get bytes(): number {
    return this.#position;
  }

  /** The batches of the last run, as far as they are whole. */
  read(): Version[] {
    const content = Buffer.alloc(fstatSync(this.#descriptor).size);
    readSync(this.#descriptor, content, 0, content.length, 0);
    const mark = content.subarray(0, markBytes);
    const versions: Version[] = [];
    for (let at = 0; ; ) {
      const body = bodyAt(content, at, mark);
      if (!body) return versions;
      readBody(body, versions);
      at += headBytes + body.length;
    }
  }

  /** From now on it is written from its start. What it held must be safe elsewhere. */
  begin(): void {
    this.#mark = randomBytes(markBytes);
    this.#position = 0;
  }

  /** Rejects with the system's error; the batch may be there all the same, and the next one takes its place. */
  append(versions: readonly Version[]): Promise<void> {
    const batch = encodeBatch(this.#mark, versions);
    return new Promise((resolve, reject) => {
      write(this.#descriptor, batch, 0, batch.length, this.#position, (error, written) => {
        if (error || written < batch.length) return reject(error ?? new Error("the journal was written in part"));
        this.#position += batch.length;
        resolve();
      });
    });
  }

  /**
   * After an append that was rejected: what it may have left is not found by the next start, as far as the disk lets one. It is cut off, or
   * where that fails, loses its mark.
   */
  cut(): void {
    try {
      ftruncateSync(this.#descriptor, this.#position);
      fsyncSync(this.#descriptor);
    } catch {
      try {
        writeSync(this.#descriptor, Buffer.alloc(headBytes), 0, headBytes, this.#position);
      } catch {
        // A disk that takes neither has hardly taken the batch.
      }
    }
  }

  /** `empty`: nothing of it is needed any more. */
  close(empty: boolean): void {
    if (empty && fstatSync(this.#descriptor).size > 0) ftruncateSync(this.#descriptor);
    closeSync(this.#descriptor);
  }
}

function encodeBatch(mark: Buffer, versions: readonly Version[]): Buffer {
  const parts: Buffer[] = [Buffer.allocUnsafe(headBytes)];
  let length = 0;
  for (const version of versions) {
    const record = encodeVersion(version);
    const item = Buffer.allocUnsafe(itemBytes);
    item.writeUIntBE(version.revision, 0, 6);
    item.writeUInt32BE(record.length, 6);
    parts.push(item, record);
    length += itemBytes + record.length;
  }
  const batch = Buffer.concat(parts, headBytes + length);
  mark.copy(batch);
  batch.writeUInt32BE(length, markBytes);
  batch.writeUInt32BE(checksum(mark, batch.subarray(headBytes)), markBytes + 4);
  return batch;
}

const checksum = (mark: Buffer, body: Buffer): number => crc32(body, crc32(mark));

/** Nothing where no whole batch of the run stands there. */
function bodyAt(content: Buffer, at: number, mark: Buffer): Buffer | undefined {
  if (at + headBytes > content.length || !content.subarray(at, at + markBytes).equals(mark)) return undefined;
  const length = content.readUInt32BE(at + markBytes);
  const body = content.subarray(at + headBytes, at + headBytes + length);
  const whole = length > 0 && body.length === length;
  return whole && content.readUInt32BE(at + markBytes + 4) === checksum(mark, body) ? body : undefined;
}

function readBody(body: Buffer, versions: Version[]): void {
  for (let at = 0; at < body.length; ) {
    const start = at + itemBytes;
    const end = start + body.readUInt32BE(at + 6);
    versions.push(decodeVersion(body.readUIntBE(at, 6), body.subarray(start, end)));
    at = end;
  }
}
