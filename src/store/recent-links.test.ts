import assert from "node:assert/strict";
import { test } from "node:test";
import { RecentLinks } from "./recent-links.ts";
import type { Version } from "./version-log.ts";

const value = Buffer.from("x");
const put = (revision: number, previous: number): Version => ({ revision, previous, key: "/a", value });
const deletion = (revision: number, previous: number): Version => ({ revision, previous, key: "/a" });

test("what versions replaced is dropped with them, and deletions themselves", () => {
  const links = new RecentLinks();
  for (const version of [put(10, 0), put(11, 10), deletion(12, 11), put(13, 2 ** 40)]) links.note(version);
  assert.deepEqual(links.dropped(9, 12), [10, 11, 12]);
  assert.deepEqual(links.dropped(12, 13), [2 ** 40]);
});

test("of versions that were not noted nothing is said", () => {
  const links = new RecentLinks();
  for (const version of [put(10, 0), put(11, 10)]) links.note(version);
  assert.equal(links.dropped(8, 11), undefined);
  assert.equal(links.dropped(10, 12), undefined);
  links.note(put(20, 11));
  assert.equal(links.dropped(9, 11), undefined, "there is a gap after them");
  assert.deepEqual(links.dropped(19, 20), [11]);
  links.forgetUpTo(20);
  assert.equal(links.dropped(19, 20), undefined);
  links.note(put(21, 20));
  assert.deepEqual(links.dropped(20, 21), [20]);
});

test("they are bounded: the oldest are forgotten", () => {
  const links = new RecentLinks();
  for (let revision = 1; revision <= 300_000; revision++) links.note(put(revision, revision - 1));
  assert.equal(links.dropped(0, 1), undefined);
  assert.deepEqual(links.dropped(299_999, 300_000), [299_999]);
});
