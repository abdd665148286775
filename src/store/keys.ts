/** Keys are strings ordered by their UTF-8 bytes. */
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

/** What `tree` has of `prefix` after `after`, in key order, with what has `changed` since by key; revision 0: the key is gone. */
export function* mergeKeys(
  tree: Iterable<readonly [key: string, revision: number]>,
  changed: Iterable<readonly [key: string, revision: number]>,
  prefix: string,
  after?: string,
): Iterable<readonly [key: string, revision: number]> {
  const isAsked = (key: string) => key.startsWith(prefix) && (after === undefined || compareKeys(key, after) > 0);
  const others = [...changed].filter(([key]) => isAsked(key)).sort(([left], [right]) => compareKeys(left, right));
  const isPresent = ([, revision]: readonly [string, number]) => revision !== 0;
  let next = 0;
  for (const item of tree) {
    while (next < others.length && compareKeys(others[next]![0], item[0]) < 0)
      yield* [others[next++]!].filter(isPresent);
    if (others[next]?.[0] === item[0]) yield* [others[next++]!].filter(isPresent);
    else yield item;
  }
  yield* others.slice(next).filter(isPresent);
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
