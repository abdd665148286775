import assert from "node:assert/strict";
import { test } from "node:test";
import { unifiedDiff } from "./text-diff.ts";

const text = (...lines: (string | number)[]) => lines.join("\n");

test("a changed line stands between three lines of context", () => {
  assert.equal(
    unifiedDiff(text(1, 2, 3, 4, 5, 6, 7, 8, 9), text(1, 2, 3, 4, "five", 6, 7, 8, 9)),
    "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n",
  );
});

test("changes that are far from each other are hunks of their own", () => {
  const before = Array.from({ length: 20 }, (_, n) => n);
  const after: (string | number)[] = [...before];
  after[2] = "x";
  after.splice(17, 1);
  assert.equal(
    unifiedDiff(text(...before), text(...after)),
    "@@ -1,6 +1,6 @@\n 0\n 1\n-2\n+x\n 3\n 4\n 5\n@@ -15,6 +15,5 @@\n 14\n 15\n 16\n-17\n 18\n 19\n",
  );
});

test("texts that are alike have no difference", () => {
  assert.equal(unifiedDiff(text(1, 2), text(1, 2)), "");
});

test("of long texts 2,500 lines from the first change on are compared, and keep their numbers", () => {
  const before = Array.from({ length: 10_000 }, (_, n) => n);
  const changed = (n: number) => n > 5000 && n % 10 === 0;
  const told = unifiedDiff(text(...before), text(...before.map((n) => (changed(n) ? "x" : n))));
  assert.ok(
    told.startsWith("@@ -5008,7 +5008,7 @@\n 5007\n 5008\n 5009\n-5010\n+x\n 5011\n 5012\n 5013\n@@"),
    told.slice(0, 80),
  );
  assert.equal(told.match(/^-/gm)?.length, 250);
});
