/**
 * A list in JSON, joined from stored bytes piece by piece while it is sent: a list of hundreds of thousands of objects neither stands in memory
 * as a whole nor holds up anybody else.
 */
import type { LongBody } from "../http/body.ts";
import type { Entry } from "../registry/cache/entry.ts";
import { turns } from "../registry/in-turns.ts";
import { type Items, JoinedItems } from "./joined-items.ts";

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
export function jsonListBody(parts: JsonListParts, check: () => void): LongBody | Promise<LongBody> {
  const bodyOf = (itemBytes: number) => new JoinedItems(new JsonItems(parts, itemBytes), parts.head, tail);
  if (parts.entries.length > manyItems) return lengthInTurns(parts, check).then(bodyOf);
  return bodyOf(lengthOf(parts, parts.entries));
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

class JsonItems implements Items {
  readonly count: number;
  readonly byteLength: number;
  readonly #parts: JsonListParts;

  /** `itemBytes`: of all items together, without the commas between them. */
  constructor(parts: JsonListParts, itemBytes: number) {
    this.#parts = parts;
    this.count = parts.entries.length;
    this.byteLength = itemBytes + Math.max(0, this.count - 1);
  }

  roomFor(index: number): number {
    return itemLength(this.#parts, this.#parts.entries[index]!) + 1;
  }

  write(index: number, piece: Buffer, start: number): number {
    const { itemHead, skip, entries } = this.#parts;
    const entry = entries[index]!;
    let at = start;
    if (index > 0) piece[at++] = comma;
    at += itemHead.copy(piece, at);
    if (entry.revision !== 0) at += piece.write(`${versionStart}${entry.revision}${versionEnd}`, at, "latin1");
    return at + entry.copyStored(piece, at, skip);
  }
}

function digitsOf(revision: number): number {
  let digits = 1;
  for (let power = 10; power <= revision; power *= 10) digits++;
  return digits;
}
