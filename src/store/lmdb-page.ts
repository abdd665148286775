/**
 * What LMDB's file is made of, laid out as `MDB_page_header`, `MDB_meta`, `MDB_db`, `MDB_node` and `MDB_ovpage` of LMDB 1.0 on 64 bits,
 * little-endian, and what must be true of each page on its own: LMDB has no checksums, and believes whatever it reads.
 */

export const pageSizes: readonly number[] = [4096, 8192, 16_384, 32_768, 65_536];
/** Of each page, before what it holds. */
const head = { number: 0, transaction: 8, kind: 18, pointersEnd: 20, entriesStart: 22, count: 20 } as const;
export const headBytes = 24;
const kinds = { branch: 1, leaf: 2, value: 4 } as const;
/** Of the two pages with which a file begins. */
const meta = { magic: 24, free: 48, main: 96, lastPage: 144, transaction: 152 } as const;
export const metaBytes = 160;
const magic = 0xbeefc0de;
/** Of an entry of a page. Its first six bytes are the number of the page below, or four of them the length of its value. */
const node = { kind: 4, keyLength: 6, key: 8 } as const;
const entryKinds = { value: 0, pages: 1, tree: 2 } as const;
const tree = {
  pageSize: 0,
  flags: 4,
  depth: 6,
  branches: 8,
  leaves: 16,
  valuePages: 24,
  entries: 32,
  root: 40,
} as const;
const treeBytes = 48;
const pagesOf = { first: 0, count: 16 } as const;
const pagesOfBytes = 24;

/** What the file says of one of its trees. */
export interface Tree {
  readonly flags: number;
  readonly depth: number;
  /** Number of its first page; absent: it is empty. */
  readonly root?: number;
  readonly counts: TreeCounts;
}

export interface TreeCounts {
  readonly branches: number;
  readonly leaves: number;
  /** Of values that have no room in a leaf. */
  readonly valuePages: number;
  readonly entries: number;
}

export interface Meta {
  readonly pageSize: number;
  readonly lastPage: number;
  /** The newest one. */
  readonly transaction: number;
  /** What each transaction has freed. */
  readonly free: Tree;
  readonly main: Tree;
}

/** Pages that follow each other. */
export interface Pages {
  readonly first: number;
  readonly count: number;
}

export type Entry = { readonly key: Buffer } & (
  | { readonly below: number }
  | { readonly value: Buffer }
  | { readonly pages: Pages; readonly length: number }
  | { readonly tree: Tree }
);

export interface TreePage {
  readonly isLeaf: boolean;
  readonly entries: readonly Entry[];
}

export const damaged = (page: number, why: string): Error => new Error(`page ${page} of its file is damaged: ${why}`);

/** Those beyond 2^53, which only damaged pages have, are near enough. */
const wide = (page: Buffer, at: number): number => Number(page.readBigUInt64LE(at));
const nothing = Number(2n ** 64n - 1n);

/** Nothing where it is none. */
export function metaOf(page: Buffer): Meta | undefined {
  if (page.readUInt32LE(meta.magic) !== magic) return undefined;
  return {
    pageSize: page.readUInt32LE(meta.free + tree.pageSize),
    lastPage: wide(page, meta.lastPage),
    transaction: wide(page, meta.transaction),
    free: treeAt(page, meta.free),
    main: treeAt(page, meta.main),
  };
}

function treeAt(page: Buffer, at: number): Tree {
  const root = wide(page, at + tree.root);
  const counts = {
    branches: wide(page, at + tree.branches),
    leaves: wide(page, at + tree.leaves),
    valuePages: wide(page, at + tree.valuePages),
    entries: wide(page, at + tree.entries),
  };
  const [flags, depth] = [page.readUInt16LE(at + tree.flags), page.readUInt16LE(at + tree.depth)];
  return { flags, depth, counts, ...(root !== nothing && { root }) };
}

/** `page`: its head. Throws where no such value begins there. */
export function checkValuePage(page: Buffer, { first, count }: Pages, transaction: number): void {
  checkHead(page, first, transaction);
  const isIt = page.readUInt16LE(head.kind) === kinds.value && page.readUInt32LE(head.count) === count;
  if (!isIt) throw damaged(first, "it does not begin a value");
}

/** Reads a page of a tree. Throws where anything in it cannot be. */
export function treePage(page: Buffer, number: number, transaction: number): TreePage {
  checkHead(page, number, transaction);
  const kind = page.readUInt16LE(head.kind);
  if (kind !== kinds.leaf && kind !== kinds.branch) throw damaged(number, "it is part of no tree");
  const isLeaf = kind === kinds.leaf;
  const places = placesOf(page, isLeaf ? leafBytes : branchBytes);
  const entries = places?.map((at) => (isLeaf ? leafEntry(page, at) : branchEntry(page, at)));
  if (!entries?.every((entry) => entry !== undefined)) throw damaged(number, "its entries cannot be read");
  return { isLeaf, entries };
}

/** A page of a transaction that is still to come LMDB takes for one that it has not written yet. */
function checkHead(page: Buffer, number: number, transaction: number): void {
  if (wide(page, head.number) !== number) throw damaged(number, "it is another one");
  if (wide(page, head.transaction) > transaction) throw damaged(number, "it comes from the future");
}

/** Where the entries begin, in order. Nothing where they do not fill the page from where it says on. Each takes an even number of bytes. */
function placesOf(page: Buffer, bytesOf: (page: Buffer, at: number) => number): readonly number[] | undefined {
  const pointersEnd = headBytes + page.readUInt16LE(head.pointersEnd);
  const start = headBytes + page.readUInt16LE(head.entriesStart);
  if (pointersEnd === headBytes || pointersEnd % 2 > 0 || pointersEnd > start || start > page.length) return undefined;
  const places: number[] = [];
  let left = page.length - start;
  for (let pointer = headBytes; pointer < pointersEnd; pointer += 2) {
    const at = headBytes + page.readUInt16LE(pointer);
    const bytes = at >= start && at + node.key <= page.length ? bytesOf(page, at) : Number.POSITIVE_INFINITY;
    if (at + bytes > page.length) return undefined;
    left -= bytes + (bytes % 2);
    places.push(at);
  }
  return left === 0 ? places : undefined;
}

const branchBytes = (page: Buffer, at: number): number => node.key + page.readUInt16LE(at + node.keyLength);

function leafBytes(page: Buffer, at: number): number {
  const isElsewhere = page.readUInt16LE(at + node.kind) === entryKinds.pages;
  return branchBytes(page, at) + (isElsewhere ? pagesOfBytes : page.readUInt32LE(at));
}

const keyAt = (page: Buffer, at: number): Buffer => page.subarray(at + node.key, at + branchBytes(page, at));

const branchEntry = (page: Buffer, at: number): Entry => ({ key: keyAt(page, at), below: page.readUIntLE(at, 6) });

/** Nothing where it is of no known kind. */
function leafEntry(page: Buffer, at: number): Entry | undefined {
  const key = keyAt(page, at);
  const length = page.readUInt32LE(at);
  const value = at + branchBytes(page, at);
  const kind = page.readUInt16LE(at + node.kind);
  if (kind === entryKinds.value) return { key, value: page.subarray(value, value + length) };
  if (kind === entryKinds.tree && length === treeBytes) return { key, tree: treeAt(page, value) };
  const pages = kind === entryKinds.pages ? pagesAt(page, value) : undefined;
  return pages?.count === Math.ceil((headBytes + length) / page.length) ? { key, pages, length } : undefined;
}

const pagesAt = (page: Buffer, at: number): Pages => ({
  first: wide(page, at + pagesOf.first),
  count: wide(page, at + pagesOf.count),
});

/** What a transaction has freed: a count of numbers, and each of a page, with the negative number of pages before it where there are several; or 0. */
export function freedPages(ids: Buffer): Pages[] {
  const numbers = Array.from({ length: Math.floor(ids.length / 8) }, (_, index) =>
    Number(ids.readBigInt64LE(index * 8)),
  );
  const [count = Number.POSITIVE_INFINITY] = numbers;
  if (count < 0 || count >= numbers.length) throw new Error("its free pages are not told");
  const pages: Pages[] = [];
  for (let index = 1; index <= count; index++) {
    const number = numbers[index]!;
    if (number > 0) pages.push({ first: number, count: 1 });
    if (number < 0) pages.push({ first: index < count ? numbers[++index]! : 0, count: -number });
  }
  return pages;
}
