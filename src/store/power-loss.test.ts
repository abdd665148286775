/**
 * What LMDB's file can be after the power failed: what was durable, plus any part of what was on its way to the disk. And what it can be
 * after somebody cut it: then all of it is found, or it is said to be damaged.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import type { Store } from "./contract.ts";
import { LmdbLog } from "./lmdb-log.ts";
import { VersionedStore } from "./versioned-store.ts";

const root = mkdtempSync(join(tmpdir(), "kubets-power-"));
after(() => rmSync(root, { recursive: true }));
let count = 0;
const newFolder = (): string => join(root, `${count++}`);

/** Without the journal before it, which has tests of its own. */
const openLmdb = (folder: string): Store => new VersionedStore(LmdbLog.open({ folder, durable: true }));

const pageBytes = 4096;
/** A disk writes these whole or not at all. */
const sectorBytes = 512;
/** The two pages in which LMDB says, in turn, what the newest state is; written when everything else is on disk. */
const metaPages = 2;

/** A reproducible sequence of numbers from 0 to 1. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A moment at which everything asked for was acknowledged. */
interface Moment {
  readonly file: Buffer;
  readonly revision: number;
  readonly values: ReadonlyMap<string, string>;
  /** Since the moment before. The second may use again what the first has freed, and begins when that is on disk. */
  readonly commits: number;
}

async function valuesOf(store: Store): Promise<Map<string, string>> {
  const { items } = await store.list({ prefix: "" });
  return new Map(items.map(({ key, value }) => [key, Buffer.from(value).toString()]));
}

const momentOf = async (store: Store, folder: string) => ({
  file: readFileSync(join(folder, "data.mdb")),
  revision: store.revision,
  values: await valuesOf(store),
});

/** Creates, changes and deletes, with a compaction now and then, and takes a picture of the file after each. */
async function history(steps: number, random: () => number): Promise<readonly Moment[]> {
  const folder = newFolder();
  const store = openLmdb(folder);
  const revisions = new Map<string, number>();
  const moments: Moment[] = [];
  for (let step = 0; step < steps; step++) {
    const key = `/key-${Math.floor(random() * 12)}`;
    const expected = revisions.get(key) ?? 0;
    const value = Buffer.from(`${step} `.repeat(Math.ceil(random() * 1500)));
    const revision = await store.write(expected > 0 && random() < 0.25 ? { key, expected } : { key, expected, value });
    const now = await store.get(key);
    if (now) revisions.set(key, revision);
    else revisions.delete(key);
    moments.push({ ...(await momentOf(store, folder)), commits: 1 });
    if (step % 7 !== 6) continue;
    await store.compact(revision);
    moments.push({ ...(await momentOf(store, folder)), commits: 2 });
  }
  await store.close();
  return moments;
}

interface PowerLoss {
  readonly before: Moment;
  readonly next: Moment;
  /** Whether this sector of what the next write changed has come to the disk. */
  readonly arrived: (offset: number) => boolean;
}

function fileAfter({ before, next, arrived }: PowerLoss): Buffer {
  const file = Buffer.alloc(Math.max(before.file.length, next.file.length));
  before.file.copy(file);
  for (let offset = 0; offset < next.file.length; offset += sectorBytes)
    if (arrived(offset)) next.file.copy(file, offset, offset, offset + sectorBytes);
  return file;
}

async function stateOf(file: Buffer): Promise<{ revision: number; values: Map<string, string> }> {
  const folder = newFolder();
  mkdirSync(folder);
  writeFileSync(join(folder, "data.mdb"), file);
  const store = openLmdb(folder);
  try {
    return { revision: store.revision, values: await valuesOf(store) };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
}

const isMeta = (offset: number) => offset < metaPages * pageBytes;

for (const seed of [1, 2, 3])
  test(`power that fails while data is being written leaves exactly what was acknowledged (seed ${seed})`, async () => {
    const random = randomFrom(seed);
    const moments = await history(24, random);
    for (const [index, next] of moments.slice(1).entries()) {
      const before = moments[index]!;
      if (next.commits > 1) continue;
      for (const share of [0.2, 0.8, 1]) {
        const file = fileAfter({ before, next, arrived: (offset) => !isMeta(offset) && random() < share });
        const { revision, values } = await stateOf(file);
        assert.equal(revision, before.revision);
        assert.deepEqual(values, before.values);
      }
    }
  });

test("power that fails while a write is being completed leaves the state before or after it, nothing between", async () => {
  const random = randomFrom(4);
  const moments = await history(24, random);
  for (const [index, next] of moments.slice(1).entries()) {
    const before = moments[index]!;
    if (next.commits > 1) continue;
    const { revision, values } = await stateOf(
      fileAfter({ before, next, arrived: (offset) => !isMeta(offset) || random() < 0.5 }),
    );
    assert.ok([before.revision, next.revision].includes(revision), `${revision} is no revision of then`);
    assert.deepEqual(values, revision === next.revision ? next.values : before.values);
  }
});

test("a file that is cut at any place is read whole or reported as corrupt, and never ends the process", async () => {
  const moment = (await history(12, randomFrom(5))).at(-1)!;
  const folder = newFolder();
  mkdirSync(folder);
  writeFileSync(join(folder, "whole"), moment.file);
  writeFileSync(join(folder, "values.json"), JSON.stringify([...moment.values]));
  // In a process of its own: that it ends is what must not happen.
  const script = `
    import assert from "node:assert/strict";
    import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
    import { join } from "node:path";
    import { LmdbLog } from ${JSON.stringify(new URL("./lmdb-log.ts", import.meta.url).href)};
    import { VersionedStore } from ${JSON.stringify(new URL("./versioned-store.ts", import.meta.url).href)};
    const folder = process.argv[1];
    const whole = readFileSync(join(folder, "whole"));
    const values = JSON.parse(readFileSync(join(folder, "values.json"), "utf8"));
    const outcomes = { read: 0, corrupt: 0 };
    for (let length = 1; length < whole.length; length += ${sectorBytes * 2 + 1}) {
      const place = join(folder, String(length));
      mkdirSync(place);
      writeFileSync(join(place, "data.mdb"), whole.subarray(0, length));
      let store;
      try {
        store = new VersionedStore(LmdbLog.open({ folder: place, durable: true }));
        const { items } = await store.list({ prefix: "" });
        assert.deepEqual(items.map(({ key, value }) => [key, Buffer.from(value).toString()]), values);
        outcomes.read++;
      } catch (error) {
        if (error.code !== "corrupt") throw error;
        outcomes.corrupt++;
      }
      await store?.close();
      rmSync(place, { recursive: true });
    }
    console.log(JSON.stringify(outcomes));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script, folder]);
  const { read, corrupt } = JSON.parse(stdout) as { read: number; corrupt: number };
  assert.ok(corrupt > 10, `${read} cuts were read, ${corrupt} refused`);
});
