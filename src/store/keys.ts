/** Keys are strings ordered by their UTF-8 bytes. */
import { bisect } from "./bisect.ts";
import { StoreError } from "./errors.ts";

/** LMDB takes 1978 bytes at its page size; a namespace, a name and a resource with their group are under 900. */
const maxKeyBytes = 1900;

const aboveSurrogates = /[\ud800-\uffff]/;

/** Order of the keys' UTF-8 bytes. JavaScript's own order differs only above U+D7FF. */
export function compareKeys(left: string, right: string): number {
  if (left === right) return 0;
  if (aboveSurrogates.test(left) && aboveSurrogates.test(right)) {
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  }
  return left < right ? -1 : 1;
}

/** The first string after all keys that start with `prefix`: no key holds U+10FFFF. */
export const endOfPrefix = (prefix: string): string => `${prefix}\u{10ffff}`;

/** Keys, each once, in their order, and their newest revisions; 0: the key is gone. */
export type ChangedKeys = readonly (readonly [key: string, revision: number])[];

export function inKeyOrder(changed: Iterable<readonly [key: string, revision: number]>): ChangedKeys {
  return [...changed].sort(([left], [right]) => compareKeys(left, right));
}

/** What `tree` has of `prefix` after `after`, in key order, with what has `changed` since. */
export function* mergeKeys(
  tree: Iterable<readonly [key: string, revision: number]>,
  changed: ChangedKeys,
  prefix: string,
  after?: string,
): Iterable<readonly [key: string, revision: number]> {
  const isBefore = (key: string) =>
    compareKeys(key, prefix) < 0 || (after !== undefined && compareKeys(key, after) <= 0);
  let next = bisect(changed, ([key]) => isBefore(key));
  const hasNext = () => next < changed.length && changed[next]![0].startsWith(prefix);
  for (const item of tree) {
    while (hasNext() && compareKeys(changed[next]![0], item[0]) < 0) yield* present(changed[next++]!);
    if (changed[next]?.[0] === item[0]) yield* present(changed[next++]!);
    else yield item;
  }
  while (hasNext()) yield* present(changed[next++]!);
}

function* present(item: readonly [key: string, revision: number]): Iterable<readonly [key: string, revision: number]> {
  if (item[1] !== 0) yield item;
}

/** Throws `bad-key` or `too-large`. */
export function checkKey(key: string): void {
  if (key === "") throw new StoreError("bad-key", "a key must not be empty");
  for (let index = 0; index < key.length; index++) {
    if (key.charCodeAt(index) < 0x20) throw new StoreError("bad-key", "a key must not hold control characters");
  }
  if (!key.isWellFormed() || key.includes("\u{10ffff}")) throw new StoreError("bad-key", "a key must be valid text");
  if (key.length * 3 > maxKeyBytes && Buffer.byteLength(key) > maxKeyBytes) {
    throw new StoreError("too-large", `a key must not be longer than ${maxKeyBytes} bytes`);
  }
}
