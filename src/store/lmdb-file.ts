/**
 * Whether LMDB's file is whole, asked before LMDB maps it: where a page is missing or damaged it ends the process, or answers wrongly. Each page that
 * is in use must be part of one tree, and neither free nor part of another; each tree must be what the file says of it.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import {
  checkValuePage,
  damaged,
  type Entry,
  freedPages,
  headBytes,
  type Meta,
  metaBytes,
  metaOf,
  type Pages,
  pageSizes,
  type Tree,
  type TreePage,
  treePage,
} from "./lmdb-page.ts";
import { checkTree, type TreeOptions } from "./lmdb-tree.ts";

/**
 * Throws where a file is none of LMDB's, or where pages that are in use are missing or damaged. Values are not looked at, nor all pages of a long one:
 * they have checksums of their own. What is missing at the end of the file may be free.
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
  readonly #meta: Meta;
  /** By number: the page is in use, or free. */
  readonly #taken: Uint8Array;

  constructor(descriptor: number, size: number) {
    this.#descriptor = descriptor;
    this.#size = size;
    this.#meta = this.#newestMeta();
    this.#taken = new Uint8Array(Math.ceil(size / this.#meta.pageSize)).fill(1, 0, 2);
  }

  check(): void {
    const { lastPage, pageSize, main, free } = this.#meta;
    const wanted = (lastPage + 1) * pageSize;
    try {
      this.#check(main, byBytes, (entry) => this.#checkNamed(entry));
      this.#check(free, byNumber, (entry) => this.#takeFree(entry));
    } catch (error) {
      if (this.#size >= wanted) throw error;
      throw new Error(`its file has ${this.#size} of ${wanted} bytes, and what is missing is in use`, { cause: error });
    }
  }

  /** LMDB writes the two in turn. */
  #newestMeta(): Meta {
    const first = this.#metaAt(0);
    if (!pageSizes.includes(first.pageSize)) throw notLmdb();
    const second = this.#metaAt(first.pageSize);
    return { ...(first.transaction < second.transaction ? second : first), pageSize: first.pageSize };
  }

  #metaAt(position: number): Meta {
    const page = this.#bytes(position, metaBytes);
    const meta = page && metaOf(page);
    if (!meta) throw notLmdb();
    return meta;
  }

  /** Nothing where the file ends before. */
  #bytes(position: number, length: number): Buffer | undefined {
    const bytes = Buffer.allocUnsafe(length);
    return readSync(this.#descriptor, bytes, 0, length, position) === length ? bytes : undefined;
  }

  #check(tree: Tree, order: TreeOptions["order"], found: TreeOptions["found"]): void {
    const page = (number: number) => this.#page(number);
    checkTree(tree, { page, takeValue: (pages) => this.#takeValue(pages), order, found });
  }

  #checkNamed(entry: Entry): void {
    if (!("tree" in entry) || entry.tree.flags !== 0) throw new Error("one of its trees is of an unknown kind");
    this.#check(entry.tree, byBytes, (below) => {
      if ("tree" in below) throw new Error("there is a tree in one of its trees");
    });
  }

  #page(number: number): TreePage {
    const { pageSize, transaction } = this.#meta;
    this.#take({ first: number, count: 1 });
    const bytes = this.#bytes(number * pageSize, pageSize);
    if (!bytes) throw new Error(`page ${number} is missing`);
    return treePage(bytes, number, transaction);
  }

  #takeValue(pages: Pages): void {
    const { pageSize, transaction } = this.#meta;
    this.#take(pages);
    const { first, count } = pages;
    const bytes = this.#bytes(first * pageSize, headBytes);
    if (!bytes || (first + count) * pageSize > this.#size) throw new Error(`page ${first + count - 1} is missing`);
    checkValuePage(bytes, pages, transaction);
  }

  #take({ first, count }: Pages): void {
    const end = first + count;
    if (!(first >= 2) || end > this.#meta.lastPage + 1) throw new Error(`page ${first} is none of its`);
    if (this.#taken.subarray(first, end).some((taken) => taken === 1)) throw damaged(first, "it has two uses");
    this.#taken.fill(1, first, end);
  }

  #takeFree(entry: Entry): void {
    if (numberOf(entry.key) > this.#meta.transaction) throw new Error("pages were freed that are not written yet");
    for (const pages of freedPages(this.#value(entry))) this.#take(pages);
  }

  #value(entry: Entry): Buffer {
    if ("value" in entry) return entry.value;
    const bytes = "pages" in entry && this.#bytes(entry.pages.first * this.#meta.pageSize + headBytes, entry.length);
    if (!bytes) throw new Error("its free pages are not told");
    return bytes;
  }
}

const byBytes = (left: Buffer, right: Buffer): number => left.compare(right);
const byNumber = (left: Buffer, right: Buffer): number => numberOf(left) - numberOf(right);

function numberOf(key: Buffer): number {
  if (key.length !== 8) throw new Error("its free pages are of no transaction");
  return Number(key.readBigUInt64LE());
}

const notLmdb = () => new Error("it is no LMDB file");
