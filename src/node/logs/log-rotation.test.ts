import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { rotateLog } from "./log-rotation.ts";

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kubets-rotation-"));
  path = join(folder, "0.log");
});
afterEach(() => rm(folder, { recursive: true }));

const minute = 60_000;
const start = Date.UTC(2026, 0, 2, 3, 4, 5);

/** Fills the log and rotates it, as often as there are texts. */
async function rotate(texts: readonly string[], maximumFiles = 3): Promise<void> {
  for (const [index, text] of texts.entries()) {
    await writeFile(path, text);
    const rotated = await rotateLog({
      path,
      now: start + index * minute,
      maximumBytes: 3,
      maximumFiles,
      reopen: () => writeFile(path, ""),
    });
    assert.equal(rotated, text.length > 3);
  }
}

test("a log that has not grown beyond its limit is left alone", async () => {
  await rotate(["abc"]);
  assert.deepEqual(await readdir(folder), ["0.log"]);
});

test("a log is moved aside under the time, and a new one is begun", async () => {
  await rotate(["first"]);
  assert.deepEqual((await readdir(folder)).sort(), ["0.log", "0.log.20260102-030405"]);
  assert.equal(await readFile(path, "utf8"), "");
});

test("older ones are compressed, and no more are kept than allowed", async () => {
  await rotate(["first", "second", "third", "fourth"]);
  assert.deepEqual((await readdir(folder)).sort(), ["0.log", "0.log.20260102-030605.gz", "0.log.20260102-030705"]);
  assert.equal(gunzipSync(await readFile(join(folder, "0.log.20260102-030605.gz"))).toString(), "third");
});

test("where the runtime does not begin a new log the old one gets its name back", async () => {
  await writeFile(path, "first");
  const reopen = () => Promise.reject(new Error("no"));
  await assert.rejects(rotateLog({ path, now: start, maximumBytes: 3, maximumFiles: 3, reopen }), /no/);
  assert.equal(await readFile(path, "utf8"), "first");
});
