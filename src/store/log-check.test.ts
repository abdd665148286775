import assert from "node:assert/strict";
import { test } from "node:test";
import { type CheckedLog, checkLog } from "./log-check.ts";
import type { Version } from "./version-log.ts";

const value = Buffer.from("x");

/** History is forgotten up to revision 3. `/c` is gone. */
const versions: readonly Version[] = [
  { revision: 2, key: "/a", previous: 0, value },
  { revision: 3, key: "/b", previous: 0, value },
  { revision: 4, key: "/c", previous: 0, value },
  { revision: 5, key: "/b", previous: 3, value },
  { revision: 6, key: "/c", previous: 4 },
];
const keys: readonly (readonly [string, number])[] = [
  ["/a", 2],
  ["/b", 5],
];

const logOf = (given: Partial<Omit<CheckedLog, "keys"> & { keys: typeof keys }>): CheckedLog => ({
  newest: 6,
  floor: 3,
  swept: 3,
  versions,
  ...given,
  keys: () => given.keys ?? keys,
});

const without = (wanted: number) => versions.filter(({ revision }) => revision !== wanted);

test("a log that is whole passes, also where a sweep was interrupted", () => {
  checkLog(logOf({}));
  checkLog(logOf({ swept: 1 }));
});

for (const [what, damage, message] of [
  ["a present value", { versions: without(2) }, /the value of \/a is not that of revision 2/],
  ["a value of the past", { versions: without(3) }, /revision 3 is not the version of \/b before revision 5/],
  ["a change", { versions: without(4) }, /the version of revision 4 is missing/],
  ["the newest change", { versions: without(6) }, /the version of revision 6 is missing/],
  ["a key", { keys: keys.slice(0, 1) }, /the key \/b of revision 5 is missing/],
] as const)
  test(`a log is damaged that lacks ${what}`, () => assert.throws(() => checkLog(logOf(damage)), message));

for (const [what, damage, message] of [
  ["leads to another's value", [["/a", 5]], /the value of \/a is not that of revision 5/],
  ["is another than its value's", [["/A", 2]], /the value of \/A is not that of revision 2/],
  ["leads to a deletion", [["/c", 6]], /the value of \/c is not that of revision 6/],
  ["leads to a value of the past", [["/b", 3]], /the value of \/b is not that of revision 3/],
] as const)
  test(`a log is damaged in which a key ${what}`, () =>
    assert.throws(() => checkLog(logOf({ keys: damage })), message));

test("a log is damaged that was swept beyond its floor", () =>
  assert.throws(() => checkLog(logOf({ swept: 5 })), /swept up to 5, beyond its floor 3/));
