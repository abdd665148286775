import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { KeyIndex } from "./key-index.ts";
import { numberOf, openFolder, writeNumber } from "./lmdb-folder.ts";
import { LmdbLog } from "./lmdb-log.ts";
import type { Version } from "./version-log.ts";
import { encodeVersion } from "./version-record.ts";

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
    await log.setFloor(3);
    await log.sweep([], 3);
    await log.append([{ revision: 4, key: "/c", previous: 0, value }, { revision: 5, key: "/a", previous: 2 }]);
    process.kill(process.pid, "SIGKILL");`;
  assert.equal(spawnSync(process.execPath, ["--input-type=module", "-e", script, folder]).signal, "SIGKILL");
  const log = LmdbLog.open({ folder });
  assert.deepEqual(names(log), ["/b@3", "/c@4"]);
  return log.close();
});

test("a compaction goes on where the disk is nearly full: the tree comes up to date in small steps", {
  skip: process.getuid?.() === 0 ? false : "needs root to mount a small disk",
}, async (t) => {
  const disk = newFolder();
  mkdirSync(disk);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=40m", "tmpfs", disk]);
  t.after(() => execFileSync("umount", [disk]));
  const folder = join(disk, "store");
  const key = (index: number) => `/${"long".repeat(16)}/${(index * 7919) % 40_000}/${index}`;
  const putAll = async (log: LmdbLog, count: number) => {
    for (let start = 0; start < count; start += 500) {
      const keys = Array.from({ length: 500 }, (_, index) => key(start + index));
      await log.append(puts(log.newest + 1, keys));
    }
  };
  let log = LmdbLog.open({ folder });
  await putAll(log, 40_000);
  await log.close();
  log = LmdbLog.open({ folder });
  // Not so many that they are written by themselves, and in all parts of the tree.
  await putAll(log, 8000);
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(join(disk, "ballast"), Buffer.alloc(bavail * bsize - 600_000));
  await log.sweep([], log.newest);
  assert.equal(names(log).length, 40_000);
  await log.close();
});

/** As it was written when the tree of keys had each append with its keys. */
async function writeFirstFormat(folder: string, versions: readonly Version[]): Promise<void> {
  const { root, versions: records, keys, marks, close } = openFolder({ folder });
  await root.batch(() => {
    writeNumber(marks, "format", 1);
    for (const version of versions) {
      records.put(version.revision, encodeVersion(version), { append: false });
      if (version.value) writeNumber(keys, version.key, version.revision);
      else keys.remove(version.key);
    }
  });
  await close();
}

test("a store of the first format is left as it is by who reads it, and goes on in the second where it is written", async () => {
  const folder = newFolder();
  await writeFirstFormat(folder, [...puts(2, ["/a", "/b"]), { revision: 4, key: "/b", previous: 3 }]);
  const before = readFileSync(join(folder, "data.mdb"));
  const reader = LmdbLog.open({ folder });
  assert.deepEqual(names(reader), ["/a@2"]);
  await reader.close();
  assert.ok(readFileSync(join(folder, "data.mdb")).equals(before));
  const log = LmdbLog.open({ folder });
  await log.append(puts(5, ["/c", "/b"]));
  // What a crash leaves: none of this is in the tree yet.
  const crashed = newFolder();
  mkdirSync(crashed);
  copyFileSync(join(folder, "data.mdb"), join(crashed, "data.mdb"));
  await log.close();
  for (const place of [folder, crashed]) {
    const again = LmdbLog.open({ folder: place });
    assert.deepEqual(names(again), ["/a@2", "/b@6", "/c@5"]);
    await again.close();
  }
});

/** Trees in memory, whose transactions fail or end the process where a test says so. */
class FakeFolder {
  readonly trees = { keys: new Map<string, Buffer>(), marks: new Map<string, Buffer>() };
  #pending: (() => void)[] = [];

  #database(name: "keys" | "marks") {
    const tree = this.trees[name];
    return {
      get: (key: string) => tree.get(key),
      put: (key: string, value: Buffer) => this.#pending.push(() => tree.set(key, value)),
      remove: (key: string) => this.#pending.push(() => tree.delete(key)),
      getRange: () => [...tree].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => ({ key, value })),
    };
  }

  readonly keys = this.#database("keys");
  readonly marks = this.#database("marks");

  async commit(writes: () => void, isDurable: boolean): Promise<void> {
    writes();
    const pending = this.#pending.splice(0);
    await Promise.resolve();
    if (!isDurable) throw new Error("not durable");
    for (const apply of pending) apply();
  }
}

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ note: fc.constantFrom("/a", "/b", "/c", "/d", "/e"), gone: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ write: fc.nat({ max: 4 }), meanwhile: fc.constantFrom("/a", "/c", "/f") }) },
    { weight: 1, arbitrary: fc.constant("crash" as const) },
  ),
  { maxLength: 60 },
);

test("whatever is noted while the tree is written, fails there or ends there, each key is found once and at its newest", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const folder = new FakeFolder();
      const versions: Version[] = [];
      let sound = Number.POSITIVE_INFINITY;
      const open = () => {
        const commit = (writes: () => void) => folder.commit(writes, sound-- > 0);
        return new KeyIndex({ folder: folder as never, commit, isTight: () => true, smallPiece: 2 });
      };
      let index = open();
      const note = (key: string, isGone: boolean) => {
        versions.push({ revision: versions.length + 1, key, previous: 0, ...(!isGone && { value }) });
        index.note(versions.at(-1)!);
      };
      const check = () => {
        const newest = new Map(versions.map((version) => [version.key, version.value ? version.revision : 0]));
        const present = [...newest].filter(([, revision]) => revision > 0).sort(([a], [b]) => (a < b ? -1 : 1));
        assert.deepEqual([...index.keys("/")], present);
        for (const [key, revision] of newest) assert.equal(index.revisionOf(key), revision);
      };
      for (const step of all) {
        if (step === "crash") {
          index = open();
          for (const version of versions) if (version.revision > index.complete) index.note(version);
        } else if ("note" in step) note(step.note, step.gone);
        else {
          sound = step.write;
          const written = index.write().catch(() => {});
          note(step.meanwhile, step.write % 2 === 1);
          check();
          await written;
          sound = Number.POSITIVE_INFINITY;
        }
        check();
        const mark = numberOf(folder.trees.marks.get("indexed"));
        assert.equal(index.complete, mark);
      }
    }),
    { numRuns: 200 },
  );
});
