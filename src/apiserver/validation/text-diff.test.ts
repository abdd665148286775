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

test("long texts with few changes are compared to their ends", () => {
  const before = Array.from({ length: 10_000 }, (_, n) => n);
  const after = ["new", ...before.filter((n) => n !== 9000)];
  const told = unifiedDiff(text(...before), text(...after));
  assert.equal(
    told,
    "@@ -1,3 +1,4 @@\n+new\n 0\n 1\n 2\n@@ -8998,7 +8999,6 @@\n 8997\n 8998\n 8999\n-9000\n 9001\n 9002\n 9003\n",
  );
});

test("long texts with many changes are compared for a while, and what lies behind is not told", () => {
  const before = Array.from({ length: 100_000 }, (_, n) => n);
  const changed = (n: number) => n > 5000 && n % 10 === 0;
  const told = unifiedDiff(text(...before), text(...before.map((n) => (changed(n) ? "x" : n))));
  assert.ok(
    told.startsWith("@@ -5008,7 +5008,7 @@\n 5007\n 5008\n 5009\n-5010\n+x\n 5011\n 5012\n 5013\n@@"),
    told.slice(0, 80),
  );
  const lines = told.match(/^-/gm)!.length;
  assert.ok(lines >= 10 && lines < 1000, `${lines} lines`);
});

test("lines that are often in both texts are matched no longer than others", () => {
  const often = (count: number) => Array.from({ length: 100_000 }, (_, n) => (n * n * n) % count).join("\n");
  const told = unifiedDiff(often(997), often(1009));
  assert.ok(told.startsWith("@@ -8,103 +8,103 @@\n 343\n 512\n 729\n-3\n"), told.slice(0, 80));
});
