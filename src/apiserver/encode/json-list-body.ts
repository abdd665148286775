/**
 * A list in JSON, joined from stored bytes piece by piece while it is sent: a list of hundreds of thousands of objects neither stands in memory
 * as a whole nor holds up anybody else.
 */
import { type LongBody, pieceBytes } from "../http/body.ts";
import type { Entry } from "../registry/cache/entry.ts";

export interface JsonListParts {
  /** The list up to its first item. */
  readonly head: Buffer;
  /** What each item begins with, up to its resourceVersion: `{"metadata":{`. */
  readonly itemHead: Buffer;
  /** How much of what is stored the item's head stands for. */
  readonly skip: number;
  readonly entries: readonly Entry[];
}

const tail = Buffer.from("]}\n");
const comma = ",".charCodeAt(0);
const versionStart = '"resourceVersion":"';
const versionEnd = '",';
const versionBytes = versionStart.length + versionEnd.length;

export class JsonListBody implements LongBody {
  readonly byteLength: number;
  readonly #parts: JsonListParts;

  constructor(parts: JsonListParts) {
    this.#parts = parts;
    const { head, entries } = parts;
    let length = head.length + tail.length + Math.max(0, entries.length - 1);
    for (const entry of entries) length += this.#lengthOf(entry);
    this.byteLength = length;
  }

  *[Symbol.iterator](): Generator<Uint8Array> {
    const { head, entries } = this.#parts;
    let left = this.byteLength;
    let piece = Buffer.allocUnsafeSlow(Math.min(left, Math.max(pieceBytes, head.length)));
    let at = head.copy(piece);
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[index]!;
      const needed = this.#lengthOf(entry) + 1;
      if (at + needed > piece.length && at > 0) {
        left -= at;
        yield piece.subarray(0, at);
        piece = Buffer.allocUnsafeSlow(Math.min(left, Math.max(pieceBytes, needed)));
        at = 0;
      }
      if (index > 0) piece[at++] = comma;
      at = this.#write(entry, piece, at);
    }
    const fits = piece.length - at >= tail.length;
    if (fits) at += tail.copy(piece, at);
    yield piece.subarray(0, at);
    if (!fits) yield tail;
  }

  #lengthOf({ revision, storedLength }: Entry): number {
    const { itemHead, skip } = this.#parts;
    return itemHead.length + (revision === 0 ? 0 : versionBytes + digitsOf(revision)) + storedLength - skip;
  }

  /** Answers where the item ends. */
  #write(entry: Entry, piece: Buffer, start: number): number {
    const { revision } = entry;
    const { itemHead, skip } = this.#parts;
    let at = start + itemHead.copy(piece, start);
    if (revision !== 0) at += piece.write(`${versionStart}${revision}${versionEnd}`, at, "latin1");
    return at + entry.copyStored(piece, at, skip);
  }
}

function digitsOf(revision: number): number {
  let digits = 1;
  for (let power = 10; power <= revision; power *= 10) digits++;
  return digits;
}
