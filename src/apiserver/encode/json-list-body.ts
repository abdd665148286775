/**
 * A list in JSON, joined from stored bytes piece by piece while it is sent: a list of hundreds of thousands of objects neither stands in memory
 * as a whole nor holds up anybody else.
 */
import type { LongBody } from "../http/body.ts";
import { pieceBytes, takePiece } from "../http/piece-memory.ts";
import type { Entry } from "../registry/cache/entry.ts";
import { turns } from "../registry/in-turns.ts";

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
/** Between two looks at the clock. */
const manyItems = 1024;

/** To know how long it will be, each entry is looked at: of many in turns. `check` is called between these. */
export function jsonListBody(parts: JsonListParts, check: () => void): JsonListBody | Promise<JsonListBody> {
  if (parts.entries.length > manyItems)
    return lengthInTurns(parts, check).then((bytes) => new JsonListBody(parts, bytes));
  return new JsonListBody(parts, lengthOf(parts, parts.entries));
}

async function lengthInTurns(parts: JsonListParts, check: () => void): Promise<number> {
  const { entries } = parts;
  const turn = turns(check, 1);
  let length = 0;
  for (let start = 0; start < entries.length; start += manyItems) {
    await turn();
    length += lengthOf(parts, entries.slice(start, start + manyItems));
  }
  return length;
}

function lengthOf(parts: JsonListParts, entries: readonly Entry[]): number {
  let length = 0;
  for (const entry of entries) length += itemLength(parts, entry);
  return length;
}

function itemLength({ itemHead, skip }: JsonListParts, { revision, storedLength }: Entry): number {
  return itemHead.length + (revision === 0 ? 0 : versionBytes + digitsOf(revision)) + storedLength - skip;
}

class JsonListBody implements LongBody {
  readonly byteLength: number;
  readonly #parts: JsonListParts;

  /** `itemBytes`: of all items together. */
  constructor(parts: JsonListParts, itemBytes: number) {
    this.#parts = parts;
    const { head, entries } = parts;
    this.byteLength = head.length + itemBytes + Math.max(0, entries.length - 1) + tail.length;
  }

  *[Symbol.iterator](): Generator<Uint8Array> {
    const { head, entries } = this.#parts;
    // What is sent as one piece is nobody's to give back: it is as large as it needs to be.
    const isShort = this.byteLength <= pieceBytes;
    let piece = isShort ? Buffer.allocUnsafeSlow(this.byteLength) : takePiece(head.length);
    let at = head.copy(piece);
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[index]!;
      const needed = itemLength(this.#parts, entry) + 1;
      if (at + needed > piece.length && at > 0) {
        yield piece.subarray(0, at);
        piece = takePiece(needed);
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
