import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryLog } from "./memory-log.ts";
import type { Version } from "./version-log.ts";
import { VersionedStore } from "./versioned-store.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));
const put = (key: string) => ({ key, expected: 0, value: Buffer.from(key) });

/** A disk that has a write some time before it says so. */
class SlowLog extends MemoryLog {
  readonly said = Promise.withResolvers<void>();
  readonly slow: "append" | "setFloor";

  constructor(slow: "append" | "setFloor") {
    super();
    this.slow = slow;
  }

  override async append(versions: readonly Version[]): Promise<void> {
    await super.append(versions);
    if (this.slow === "append") await this.said.promise;
  }

  override async setFloor(revision: number): Promise<void> {
    if (this.slow === "setFloor") await this.said.promise;
    await super.setFloor(revision);
  }
}

test("a watch that begins while a write is durable and not yet told hears of it once", async () => {
  const log = new SlowLog("append");
  const store = new VersionedStore(log);
  const writing = store.write(put("/a"));
  while (store.revision < 2) await turn();
  const told: number[][] = [[], [], []];
  const listen = (from: number, seen: number[]) =>
    store.watch("/", from, (events) => seen.push(...events.map(({ revision }) => revision)));
  listen(1, told[0]!);
  listen(2, told[1]!);
  await turn();
  log.said.resolve();
  assert.equal(await writing, 2);
  listen(1, told[2]!);
  await turn();
  assert.deepEqual(told, [[2], [], [2]]);
  await store.close();
});

test("a watch that begins while history is being cut hears of all that came after its start", async () => {
  const log = new SlowLog("setFloor");
  const store = new VersionedStore(log);
  for (const key of ["/a", "/b"]) await store.write(put(key));
  for (const expected of [2, 4]) await store.write({ ...put("/a"), expected });
  const compacting = store.compact(5);
  await turn();
  const seen: number[] = [];
  store.watch("/", 1, (events) => seen.push(...events.map(({ revision }) => revision)));
  log.said.resolve();
  await compacting;
  await turn();
  assert.deepEqual(seen, [2, 3, 4, 5]);
  await store.close();
});

test("a watch whose history cannot be read is told so and ends, and the others go on", async () => {
  class DamagedLog extends MemoryLog {
    override versions(after: number, limit: number): Version[] {
      if (after === 1) throw new Error("damaged");
      return super.versions(after, limit);
    }
  }
  const store = new VersionedStore(new DamagedLog());
  for (const key of ["/a", "/b"]) await store.write(put(key));
  const seen: number[] = [];
  const listen = (from: number, onFailure: (error: unknown) => void) =>
    store.watch("/", from, (events) => seen.push(...events.map(({ revision }) => revision)), onFailure);
  listen(2, (error) => assert.ifError(error));
  const { message } = await new Promise<Error>((resolve) => listen(1, resolve as (error: unknown) => void));
  await store.write(put("/c"));
  assert.deepEqual([message, seen], ["damaged", [3, 4]]);
  await store.close();
});

test("history of this process is forgotten without being read", async () => {
  class CountingLog extends MemoryLog {
    reads = 0;

    override versions(after: number, limit: number): Version[] {
      this.reads++;
      return super.versions(after, limit);
    }
  }
  const log = new CountingLog();
  const store = new VersionedStore(log);
  let revision = 0;
  for (let round = 0; round < 5; round++) revision = await store.write({ ...put("/a"), expected: revision });
  const deleted = await store.write({ key: "/a", expected: revision });
  await store.compact(deleted);
  assert.equal(log.reads, 0);
  for (let old = 2; old <= deleted; old++) assert.equal(log.version(old), undefined, `revision ${old}`);
  await store.close();
});
