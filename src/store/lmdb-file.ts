/**
 * Whether LMDB's file is whole, asked before LMDB maps it: it ends the process where a page that it needs lies behind the end of the file, or is
 * empty. What is read here is laid out as `MDB_page_header`, `MDB_meta`, `MDB_db`, `MDB_node` and `MDB_ovpage` of LMDB 1.0 on 64 bits, little-endian.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";

/** Of each page, before what it holds. */
const pageHead = { number: 0, flags: 18, entriesEnd: 20, bytes: 24 } as const;
const kinds = { branch: 1, leaf: 2 } as const;
/** Of the two pages with which a file begins. */
const metaPage = { magic: 24, pageSize: 48, freeRoot: 88, mainRoot: 136, lastPage: 144, transaction: 152, bytes: 160 };
const magic = 0xbeefc0de;
/** Of an entry of a page. Its first six bytes are the number of the page below, or four of them the length of its value. */
const node = { flags: 4, keyLength: 6, key: 8 } as const;
const valueKinds = { ownPages: 1, tree: 2 } as const;
const treeRoot = 40;
/** The root of an empty tree. */
const nothing = 2n ** 64n - 1n;
const pageSizes = [4096, 8192, 16_384, 32_768, 65_536];

/**
 * Throws where a file is none of LMDB's, or lacks pages that are in use. Of a file that is as long as it says two pages are read, all of another:
 * it is whole too where what is missing at its end is free. Damage inside a page is not seen.
 */
export function checkLmdbFile(file: string): void {
  if (!existsSync(file)) return;
  const descriptor = openSync(file, "r");
  try {
    const { size } = fstatSync(descriptor);
    if (size > 0) new LmdbFile(descriptor, size).check();
  } finally {
    closeSync(descriptor);
  }
}

class LmdbFile {
  readonly #descriptor: number;
  readonly #size: number;
  #pageSize = pageSizes[0]!;
  /** Pages read, so that a tree that leads back to itself has an end. */
  #read = 0;

  constructor(descriptor: number, size: number) {
    this.#descriptor = descriptor;
    this.#size = size;
  }

  check(): void {
    const first = this.#metaPage(0);
    this.#pageSize = first.readUInt32LE(metaPage.pageSize);
    if (!pageSizes.includes(this.#pageSize)) throw notLmdb();
    const second = this.#metaPage(this.#pageSize);
    const transactionOf = (page: Buffer) => page.readBigUInt64LE(metaPage.transaction);
    const newest = transactionOf(first) < transactionOf(second) ? second : first;
    const wanted = (newest.readBigUInt64LE(metaPage.lastPage) + 1n) * BigInt(this.#pageSize);
    if (BigInt(this.#size) >= wanted) return;
    try {
      for (const root of [metaPage.freeRoot, metaPage.mainRoot]) this.#checkTree(newest.readBigUInt64LE(root));
    } catch (error) {
      throw new Error(`its file has ${this.#size} of ${wanted} bytes, and what is missing is in use`, { cause: error });
    }
  }

  #metaPage(position: number): Buffer {
    const page = this.#bytes(position, metaPage.bytes);
    if (page?.readUInt32LE(metaPage.magic) !== magic) throw notLmdb();
    return page;
  }

  #bytes(position: number, length: number): Buffer | undefined {
    const bytes = Buffer.alloc(length);
    return readSync(this.#descriptor, bytes, 0, length, position) === length ? bytes : undefined;
  }

  #checkTree(root: bigint): void {
    if (root === nothing) return;
    const page = this.#page(root);
    const flags = page.readUInt16LE(pageHead.flags);
    if ((flags & kinds.branch) !== 0) for (const at of entriesOf(page)) this.#checkTree(BigInt(page.readUIntLE(at, 6)));
    else if ((flags & kinds.leaf) !== 0) for (const at of entriesOf(page)) this.#checkValue(page, at);
    else throw new Error(`page ${root} is empty`);
  }

  #page(number: bigint): Buffer {
    this.#requirePages(number, 1n);
    if (++this.#read > this.#size / this.#pageSize) throw new Error("its pages lead to each other");
    const page = this.#bytes(Number(number) * this.#pageSize, this.#pageSize)!;
    if (page.readBigUInt64LE(pageHead.number) !== number) throw new Error(`page ${number} is another one`);
    return page;
  }

  #requirePages(number: bigint, count: bigint): void {
    if ((number + count) * BigInt(this.#pageSize) <= BigInt(this.#size)) return;
    throw new Error(`page ${number + count - 1n} is missing`);
  }

  #checkValue(page: Buffer, at: number): void {
    const value = at + node.key + page.readUInt16LE(at + node.keyLength);
    const flags = page.readUInt16LE(at + node.flags);
    if ((flags & valueKinds.ownPages) !== 0)
      this.#requirePages(page.readBigUInt64LE(value), page.readBigUInt64LE(value + 16));
    if ((flags & valueKinds.tree) !== 0) this.#checkTree(page.readBigUInt64LE(value + treeRoot));
  }
}

/** Where the entries of a page begin. */
function* entriesOf(page: Buffer): Iterable<number> {
  const count = page.readUInt16LE(pageHead.entriesEnd) / 2;
  for (let index = 0; index < count; index++) yield pageHead.bytes + page.readUInt16LE(pageHead.bytes + index * 2);
}

const notLmdb = () => new Error("it is no LMDB file");
