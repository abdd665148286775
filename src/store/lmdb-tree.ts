/** Whether a tree of LMDB's is what its file says of it: so deep, of so many pages and entries, and each key where it is looked for. */
import { damaged, type Entry, type Pages, type Tree, type TreeCounts, type TreePage } from "./lmdb-page.ts";

export interface TreeOptions {
  /** Throws where the page is damaged, or is in use already. */
  page(number: number): TreePage;
  /** The same of a value's own pages. */
  takeValue(pages: Pages): void;
  order(left: Buffer, right: Buffer): number;
  /** Told of each entry of a leaf. */
  found(entry: Entry): void;
}

/** Keys below an entry of a branch: from its own on, and before the next entry's. */
interface Bounds {
  readonly from?: Buffer;
  readonly to?: Buffer;
}

/** Throws where it is not. */
export function checkTree(tree: Tree, options: TreeOptions): void {
  const walk = new TreeWalk(tree, options);
  if (tree.root !== undefined) walk.check(tree.root, 1, {});
  for (const [what, count] of Object.entries(walk.counts)) {
    const wanted = tree.counts[what as keyof TreeCounts];
    if (count !== wanted) throw new Error(`one of its trees has ${count} ${what} instead of ${wanted}`);
  }
}

class TreeWalk {
  readonly counts = { branches: 0, leaves: 0, valuePages: 0, entries: 0 };
  readonly #depth: number;
  readonly #options: TreeOptions;

  constructor({ depth }: Tree, options: TreeOptions) {
    this.#depth = depth;
    this.#options = options;
  }

  check(number: number, depth: number, bounds: Bounds): void {
    const { isLeaf, entries } = this.#options.page(number);
    if (isLeaf !== (depth === this.#depth)) throw damaged(number, "it lies at another depth");
    // What comes first in a branch takes all that comes before the second, whatever its own key is.
    if (!this.#inOrder(isLeaf ? entries : entries.slice(1), bounds)) throw damaged(number, "its keys are in no order");
    if (isLeaf) this.#leaf(entries);
    else this.#branch(entries, depth, bounds);
  }

  #inOrder(entries: readonly Entry[], { from, to }: Bounds): boolean {
    const { order } = this.#options;
    const [first, last] = [entries[0]?.key, entries.at(-1)?.key];
    if (first && from && order(first, from) < 0) return false;
    if (last && to && order(last, to) >= 0) return false;
    return entries.every(({ key }, index) => index === 0 || order(entries[index - 1]!.key, key) < 0);
  }

  #leaf(entries: readonly Entry[]): void {
    this.counts.leaves++;
    this.counts.entries += entries.length;
    for (const entry of entries) {
      if ("pages" in entry) this.#options.takeValue(entry.pages);
      if ("pages" in entry) this.counts.valuePages += entry.pages.count;
      this.#options.found(entry);
    }
  }

  #branch(entries: readonly Entry[], depth: number, { from, to }: Bounds): void {
    this.counts.branches++;
    for (const [index, entry] of entries.entries()) {
      const first = index === 0 ? from : entry.key;
      const next = entries[index + 1]?.key ?? to;
      if ("below" in entry)
        this.check(entry.below, depth + 1, { ...(first && { from: first }), ...(next && { to: next }) });
    }
  }
}
