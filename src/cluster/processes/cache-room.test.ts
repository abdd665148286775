import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { boundCache } from "./cache-room.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kubets-cache-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const day = 24 * 60 * 60;

function put(version: string, name: string, usedDaysAgo: number): void {
  mkdirSync(join(folder, version), { recursive: true });
  const path = join(folder, version, name);
  writeFileSync(path, "x");
  const used = Date.now() / 1000 - usedDaysAgo * day;
  utimesSync(path, used, used - day);
}

const left = (version: string) => readdirSync(join(folder, version)).sort();
const limits = { mostBytes: 10 * 8 * 1024, everyMs: 60_000 };

test("of too much what was used longest ago goes, folders that are empty then too, and the rest stays", async () => {
  for (let index = 0; index < 4; index++) put("v1", `old${index}`, 100);
  for (let index = 0; index < 8; index++) put("v2", `file${index}`, index);
  await boundCache(folder, limits);
  assert.equal(existsSync(join(folder, "v1")), false);
  assert.deepEqual(
    left("v2"),
    [0, 1, 2, 3, 4, 5, 6].map((index) => `file${index}`),
  );
});

test("a program's sources count as what they take", async () => {
  put("v1", "sources-abc", 100);
  put("v1", "module", 1);
  await boundCache(folder, limits);
  assert.deepEqual(left("v1"), ["module"]);
});

test("what has room stays, and it is looked at once in a while", async () => {
  for (let index = 0; index < 10; index++) put("v1", `file${index}`, index);
  await boundCache(folder, limits);
  assert.equal(left("v1").length, 10);
  put("v1", "one-more", 100);
  await boundCache(folder, limits);
  assert.equal(left("v1").length, 11);
  await boundCache(folder, { ...limits, everyMs: 0 });
  assert.equal(left("v1").length, 7);
});
