/** A journal before LMDB: what each of its files can be after the power failed or the process was killed, and what is read then. */
import assert from "node:assert/strict";
import fs, { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { failsWith, put, storeContract, text } from "./contract.suite.ts";
import type { Store } from "./contract.ts";
import { JournaledLog, type JournalOptions, refuseJournal } from "./journaled-log.ts";
import { LmdbLog } from "./lmdb-log.ts";
import { modelTests } from "./model.suite.ts";
import { VersionedStore } from "./versioned-store.ts";

const root = mkdtempSync(join(tmpdir(), "kubets-journal-"));
after(() => rmSync(root, { recursive: true }));
let count = 0;
const newFolder = (): string => join(root, `${count++}`);

type Limits = Omit<JournalOptions, "folder">;
const eager: Limits = { versions: 3, delayMs: 1 };
/** Carries nothing over unless told. */
const lazy: Limits = { versions: 1e6, bytes: 1e9, delayMs: 1e6 };

const openLog = (folder: string, limits: Limits) =>
  new JournaledLog(LmdbLog.open({ folder, durable: true }), { folder, ...limits });
const openStore = (folder: string, limits = lazy): Store => new VersionedStore(openLog(folder, limits));

storeContract("journaled, all in the journal", () => openStore(newFolder()));
storeContract("journaled, carried over all the time", () => openStore(newFolder(), eager));
modelTests("journaled, all in the journal", () => openStore(newFolder()));
modelTests("journaled, carried over all the time", () => openStore(newFolder(), eager));

const fileNames = ["data.mdb", "journal-0", "journal-1"] as const;
type Files = Readonly<Record<(typeof fileNames)[number], Buffer>>;

const filesOf = (folder: string): Files =>
  Object.fromEntries(fileNames.map((name) => [name, readFileSync(join(folder, name))])) as unknown as Files;

async function valuesOf(store: Store): Promise<[string, number, string][]> {
  const { items } = await store.list({ prefix: "" });
  return items.map(({ key, revision, value }) => [key, revision, text(value)]);
}

async function stateOf(files: Files): Promise<{ revision: number; values: [string, number, string][] }> {
  const folder = newFolder();
  mkdirSync(folder);
  for (const name of fileNames) writeFileSync(join(folder, name), files[name]);
  const store = openStore(folder);
  try {
    return { revision: store.revision, values: await valuesOf(store) };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
}

const sectorBytes = 512;
const metaBytes = 2 * 4096;

/** A reproducible sequence of numbers from 0 to 1. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A file of which only some of the sectors that a write changed have come to the disk. */
function partly(before: Buffer, next: Buffer, arrived: (offset: number) => boolean): Buffer {
  const file = Buffer.alloc(Math.max(before.length, next.length));
  before.copy(file);
  for (let offset = 0; offset < next.length; offset += sectorBytes)
    if (arrived(offset)) next.copy(file, offset, offset, offset + sectorBytes);
  return file;
}

for (const seed of [1, 2, 3])
  test(`power that fails during a write or while writes are carried over leaves what was acknowledged (seed ${seed})`, async () => {
    const random = randomFrom(seed);
    const folder = newFolder();
    const log = openLog(folder, lazy);
    const store = new VersionedStore(log);
    const revisions = new Map<string, number>();
    let before = { files: filesOf(folder), revision: store.revision, values: await valuesOf(store) };
    for (let step = 0; step < 24; step++) {
      const carries = step % 5 === 4;
      if (carries) await log.settle();
      else {
        const key = `/key-${Math.floor(random() * 8)}`;
        const expected = revisions.get(key) ?? 0;
        const value = Buffer.from(`${step} `.repeat(Math.ceil(random() * 900)));
        const isDeleted = expected > 0 && random() < 0.25;
        const revision = await store.write(isDeleted ? { key, expected } : { key, expected, value });
        revisions.set(key, isDeleted ? 0 : revision);
      }
      const next = { files: filesOf(folder), revision: store.revision, values: await valuesOf(store) };
      for (const share of [0, 0.5, 0.9, 1]) {
        const files = { ...next.files };
        for (const name of fileNames)
          files[name] = partly(before.files[name], next.files[name], (offset) => {
            // LMDB writes its first pages when all others are on the disk.
            return name === "data.mdb" && offset < metaBytes ? share === 1 && random() < 0.5 : random() < share;
          });
        const found = await stateOf(files);
        const isNext = found.revision === next.revision;
        assert.ok(isNext || (found.revision === before.revision && share < 1), `revision ${found.revision}`);
        assert.deepEqual(found.values, isNext ? next.values : before.values);
      }
      before = next;
    }
    await store.close();
  });

test("of a journal that is cut anywhere a state is read that once was", async () => {
  const folder = newFolder();
  const store = openStore(folder);
  const states = new Map([[store.revision, await valuesOf(store)]]);
  for (let n = 0; n < 6; n++) {
    await put(store, `/${n}`, "x".repeat(n * 20));
    states.set(store.revision, await valuesOf(store));
  }
  const files = filesOf(folder);
  const seen = new Set<number>();
  for (let length = 0; length <= files["journal-0"].length; length += 7) {
    const found = await stateOf({ ...files, "journal-0": files["journal-0"].subarray(0, length) });
    assert.deepEqual(found.values, states.get(found.revision));
    seen.add(found.revision);
  }
  assert.ok(seen.size >= 6);
  await store.close();
});

test("what is acknowledged while other writes are carried over is found after a crash", async () => {
  const folder = newFolder();
  const log = openLog(folder, lazy);
  const value = Buffer.from("x");
  const append = (revision: number) => log.append([{ revision, key: `/${revision}`, previous: 0, value }]);
  await append(2);
  // Begins while the next append is under way, which therefore lies in the same file as the first.
  const appended = append(3);
  await Promise.all([appended, log.settle()]);
  await append(4);
  await log.settle();
  await append(5);
  const { revision, values } = await stateOf(filesOf(folder));
  assert.equal(revision, 5);
  assert.deepEqual(
    values.map(([key]) => key),
    ["/2", "/3", "/4", "/5"],
  );
  await log.close();
});

test("a journal that goes on where the store behind it has not come to is refused as corrupt", async () => {
  const folder = newFolder();
  const log = openLog(folder, lazy);
  const store = new VersionedStore(log);
  const old = filesOf(folder)["data.mdb"];
  await put(store, "/a", "one");
  await log.settle();
  await put(store, "/b", "two");
  const { "journal-1": later } = filesOf(folder);
  await assert.rejects(
    stateOf({ "data.mdb": old, "journal-0": Buffer.alloc(0), "journal-1": later }),
    failsWith("corrupt"),
  );
  await store.close();
});

test("where a journal cannot be taken over, a store whose journal holds more than itself is refused, another is not", async () => {
  const folder = newFolder();
  const log = openLog(folder, lazy);
  const store = new VersionedStore(log);
  const before = store.revision;
  const revision = await put(store, "/a", "one");
  assert.throws(() => refuseJournal(folder, before), failsWith("unwritable"));
  await log.settle();
  refuseJournal(folder, revision);
  await store.close();
  refuseJournal(folder, before);
});

test("a journal that cannot be written is done without", async () => {
  const folder = newFolder();
  mkdirSync(folder);
  symlinkSync("/dev/full", join(folder, "journal-0"));
  const store = openStore(folder);
  const first = await put(store, "/a", "one");
  await put(store, "/a", "two", first);
  assert.deepEqual(await valuesOf(store), [["/a", first + 1, "two"]]);
  await store.close();
  const again = openStore(folder);
  assert.deepEqual(await valuesOf(again), [["/a", first + 1, "two"]]);
  await again.close();
});

test("a write that was refused does not come back, though the journal held all of it before the disk failed", async (t) => {
  const folder = newFolder();
  const behind = LmdbLog.open({ folder, durable: true });
  const log = new JournaledLog(behind, { folder, ...lazy });
  const append = (revision: number) =>
    log.append([{ revision, key: `/${revision}`, previous: 0, value: Buffer.from("x") }]);
  await append(2);
  await log.settle();
  await append(3);
  const writeAndFail = (...call: readonly unknown[]) => {
    const [descriptor, batch, , , position] = call as [number, Buffer, number, number, number];
    fs.writeSync(descriptor, batch, 0, batch.length, position);
    (call.at(-1) as (error: Error) => void)(new Error("EIO"));
  };
  const failing = t.mock.method(fs, "write", writeAndFail as unknown as typeof fs.write);
  t.mock.method(behind, "append", () => Promise.reject(new Error("EIO")));
  syncBuiltinESMExports();
  try {
    await assert.rejects(append(4), /EIO/);
  } finally {
    failing.mock.restore();
    syncBuiltinESMExports();
  }
  const found = await stateOf(filesOf(folder));
  assert.equal(found.revision, 3);
  await log.close();
});

test("a store that was closed leaves nothing in its journal", async () => {
  const folder = newFolder();
  const store = openStore(folder);
  await put(store, "/a", "one");
  assert.ok(statSync(join(folder, "journal-0")).size > 0);
  await store.close();
  for (const name of ["journal-0", "journal-1"]) assert.equal(statSync(join(folder, name)).size, 0);
});

test("a store that is closed while the log behind is still busy with what it has leaves nothing in its journal either", async (t) => {
  const folder = newFolder();
  const behind = LmdbLog.open({ folder, durable: true });
  const append = behind.append.bind(behind);
  t.mock.method(behind, "append", async (versions: Parameters<typeof append>[0]) => {
    await append(versions);
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
  });
  const log = new JournaledLog(behind, { folder, ...lazy, versions: 1 });
  await log.append([{ revision: 2, key: "/a", previous: 0, value: Buffer.from("x") }]);
  while (behind.newest < 2) await new Promise(setImmediate);
  await log.close();
  for (const name of ["journal-0", "journal-1"]) assert.equal(statSync(join(folder, name)).size, 0);
});
