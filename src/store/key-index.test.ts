import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { LmdbLog } from "./lmdb-log.ts";
import type { Version } from "./version-log.ts";

const root = mkdtempSync(join(tmpdir(), "kubets-keys-"));
after(() => rmSync(root, { recursive: true }));
let count = 0;
const newFolder = (): string => join(root, `${count++}`);

const value = Buffer.from("x");
const puts = (first: number, keys: readonly string[]): Version[] =>
  keys.map((key, index) => ({ revision: first + index, key, previous: 0, value }));
const names = (log: LmdbLog, prefix = "/"): string[] => [...log.keys(prefix)].map(([key, at]) => `${key}@${at}`);

test("keys are found in order, with their newest revisions, whether or not they have come into the tree", async (t) => {
  const folder = newFolder();
  let log = LmdbLog.open({ folder });
  await log.append(puts(2, ["/b", "/d", "/f"]));
  await log.close();
  log = LmdbLog.open({ folder });
  t.after(() => log.close());
  await log.append([
    ...puts(5, ["/a", "/d", "/e"]),
    { revision: 8, key: "/b", previous: 2 },
    { revision: 9, key: "/gone", previous: 0 },
  ]);
  assert.deepEqual(names(log), ["/a@5", "/d@6", "/e@7", "/f@4"]);
  assert.deepEqual(
    [...log.keys("/", "/d")].map(([key]) => key),
    ["/e", "/f"],
  );
  assert.deepEqual([log.revisionOf("/b"), log.revisionOf("/d"), log.revisionOf("/f")], [0, 6, 4]);
});

test("more changed keys than are kept in memory come into the tree by themselves", async (t) => {
  const folder = newFolder();
  const log = LmdbLog.open({ folder });
  t.after(() => log.close());
  const keys = Array.from({ length: 9000 }, (_, index) => `/${index}`);
  for (let start = 0; start < keys.length; start += 1000)
    await log.append(puts(start + 2, keys.slice(start, start + 1000)));
  assert.equal(names(log).length, keys.length);
  assert.equal(log.revisionOf("/8999"), 9001);
});

test("what had not come into the tree when the process was killed is found in the versions", () => {
  const folder = newFolder();
  const script = `
    import { LmdbLog } from ${JSON.stringify(new URL("./lmdb-log.ts", import.meta.url).href)};
    const log = LmdbLog.open({ folder: process.argv[1] });
    const value = Buffer.from("x");
    await log.append([{ revision: 2, key: "/a", previous: 0, value }, { revision: 3, key: "/b", previous: 0, value }]);
    await log.sweep([], 3);
    await log.append([{ revision: 4, key: "/c", previous: 0, value }, { revision: 5, key: "/a", previous: 2 }]);
    process.kill(process.pid, "SIGKILL");`;
  assert.equal(spawnSync(process.execPath, ["--input-type=module", "-e", script, folder]).signal, "SIGKILL");
  const log = LmdbLog.open({ folder });
  assert.deepEqual(names(log), ["/b@3", "/c@4"]);
  return log.close();
});
