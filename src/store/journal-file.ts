/**
 * A file of batches of versions, each durable when its append resolves: one write to the disk, where LMDB needs two and a wait between them.
 * A batch is: mark of the run (6) · length of the body (4) · checksum of mark and body (4) · body; the body holds for each version its
 * revision (6), the length of its record (4) and the record. A run begins at the start of the file and has a mark of its own, so that what an
 * earlier run has left behind its end is never taken for a part of it.
 */
import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { StoreError } from "./errors.ts";
import type { JournalDevice } from "./journal-device.ts";
import type { Version } from "./version-log.ts";
import { decodeVersion, versionBytes, writeVersion } from "./version-record.ts";

const markBytes = 6;
const headBytes = markBytes + 8;
const itemBytes = 10;

export class JournalFile {
  readonly #device: JournalDevice;
  #mark = randomBytes(markBytes);
  #position = 0;

  constructor(device: JournalDevice) {
    this.#device = device;
  }

  /** Of the present run. */
  get bytes(): number {
    return this.#position;
  }

  /**
   * The batches of the last run, as far as they are whole: only the last can have been under way when the power failed. Throws `corrupt` where
   * another whole one stands behind what is not, and goes beyond `newest`, to which all is safe elsewhere: it was acknowledged then, and what is
   * damaged before it was so, too.
   */
  read(newest: number): Version[] {
    const content = this.#device.content();
    const mark = content.subarray(0, markBytes);
    const versions: Version[] = [];
    let at = 0;
    for (let body = bodyAt(content, at, mark); body; body = bodyAt(content, at, mark)) {
      readBody(body, versions);
      at += headBytes + body.length;
    }
    const behind = batchBehind(content, { after: at, mark, newest });
    if (behind === undefined) return versions;
    const why = `the journal ${this.#device.name} is damaged at byte ${at}, and writes that were acknowledged stand behind it, at byte ${behind}`;
    throw new StoreError("corrupt", `${why}; without the file, the store goes on with what was written before them`);
  }

  /** From now on it is written from its start. What it held must be safe elsewhere. */
  begin(): void {
    this.#mark = randomBytes(markBytes);
    this.#position = 0;
  }

  /** Rejects with the system's error; the batch may be there all the same, and the next one takes its place. */
  async append(versions: readonly Version[]): Promise<void> {
    const batch = encodeBatch(this.#mark, versions);
    await this.#device.write(batch, this.#position);
    this.#position += batch.length;
  }

  /**
   * After an append that was rejected: what it may have left is not found by the next start, as far as the disk lets one. It is cut off, or
   * where that fails, loses its mark.
   */
  cut(): void {
    try {
      this.#device.truncate(this.#position);
    } catch {
      try {
        this.#device.overwrite(Buffer.alloc(headBytes), this.#position);
      } catch {
        // A disk that takes neither has hardly taken the batch.
      }
    }
  }

  /** `empty`: nothing of it is needed any more. */
  close(empty: boolean): void {
    this.#device.close(empty);
  }
}

/** Each value is copied once: it is on the way of every write. */
function encodeBatch(mark: Buffer, versions: readonly Version[]): Buffer {
  const sizes = versions.map(versionBytes);
  const length = sizes.reduce((sum, size) => sum + itemBytes + size, 0);
  const batch = Buffer.allocUnsafe(headBytes + length);
  let at = headBytes;
  for (const [index, version] of versions.entries()) {
    const size = sizes[index]!;
    batch.writeUIntBE(version.revision, at, 6);
    batch.writeUInt32BE(size, at + 6);
    at += itemBytes;
    writeVersion(version, batch.subarray(at, at + size));
    at += size;
  }
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

/** A byte of the first mark may be the one that is damaged. */
const markBytesAlike = markBytes - 1;

interface Sought {
  readonly after: number;
  readonly mark: Buffer;
  readonly newest: number;
}

/** Where a whole batch of the run stands. The mark, which nobody knows, keeps what users have stored from being taken for one. */
function batchBehind(content: Buffer, { after, mark, newest }: Sought): number | undefined {
  for (let at = after + 1; at + headBytes < content.length; at++) {
    if (content[at] !== mark[0] && content[at + 1] !== mark[1]) continue;
    const found = content.subarray(at, at + markBytes);
    if (found.reduce((alike, byte, index) => alike + Number(byte === mark[index]), 0) < markBytesAlike) continue;
    const body = bodyAt(content, at, found);
    if (body && body.readUIntBE(0, 6) > newest) return at;
  }
  return undefined;
}

function readBody(body: Buffer, versions: Version[]): void {
  for (let at = 0; at < body.length; ) {
    const start = at + itemBytes;
    const end = start + body.readUInt32BE(at + 6);
    versions.push(decodeVersion(body.readUIntBE(at, 6), body.subarray(start, end)));
    at = end;
  }
}
