import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { pino } from "pino";
import type { KubernetesObject } from "../../api/mod.ts";
import { openMemoryStore, type Store } from "../../store/mod.ts";
import type { CacheEvent } from "../registry/cache/cache-event.ts";
import { storedForm } from "../registry/cache/stored-form.ts";
import { keptMs, WatchCache } from "../registry/cache/watch-cache.ts";
import { resourcePrefix } from "../registry/keys.ts";
import { VersionCache } from "./version-cache.ts";
import { VersionObjects } from "./version-objects.ts";

const group = "example.com";
const prefix = resourcePrefix(group, "things");
const apiVersion = `${group}/v2`;
const form = storedForm({ apiVersion, kind: "Thing", schema: undefined });

let store: Store;
let watchCache: WatchCache;
let versions: VersionCache;
let now = 0;
/** What the webhook answers for the objects that it is sent. */
let answer: (objects: KubernetesObject[]) => Promise<KubernetesObject[]>;

const converted = async (objects: KubernetesObject[]) => objects.map((object) => ({ ...object, apiVersion }));
const down = async (): Promise<KubernetesObject[]> => {
  throw new Error("down");
};

beforeEach(async () => {
  store = openMemoryStore();
  watchCache = new WatchCache(store, pino({ enabled: false }), () => now);
  const stored = watchCache.resource(
    prefix,
    storedForm({ apiVersion: `${group}/v1`, kind: "Thing", schema: undefined }),
  );
  await watchCache.start();
  answer = converted;
  const objects = new VersionObjects({
    apiVersion,
    form,
    converter: { convert: (objects) => answer(objects) },
    settle: () => {},
    prune: () => {},
  });
  versions = new VersionCache(watchCache, stored, objects, { events: 3, bytes: 1_000_000 });
});
afterEach(async () => {
  versions.close();
  watchCache.stop();
  await store.close();
});

async function write(name: string): Promise<number> {
  const object = { apiVersion: `${group}/v1`, kind: "Thing", metadata: { name } };
  const revision = await store.write({
    key: `${prefix}default/${name}`,
    expected: 0,
    value: Buffer.from(JSON.stringify(object)),
  });
  await watchCache.reach(revision, 1_000);
  return revision;
}

const names = (events: readonly CacheEvent[]) =>
  events.map(({ entry }) => (JSON.parse(entry.stored.toString()) as KubernetesObject).metadata.name);

test("while conversion fails a few changes wait, and watches go on with them when it works again", async () => {
  await versions.ready();
  const seen: string[] = [];
  versions.listen((events) => seen.push(...names(events)));
  answer = down;
  for (const name of ["a", "b", "c"]) await write(name);
  await assert.rejects(async () => versions.ready(), /down/);
  answer = converted;
  await versions.ready();
  assert.deepEqual(seen, ["a", "b", "c"]);
});

test("where more changes wait than may, watches end, nothing is held, and writes go on", async () => {
  await versions.ready();
  let ended = 0;
  versions.listen(() => assert.fail("nothing was converted"), { onClose: () => ended++ });
  answer = down;
  for (const name of ["a", "b", "c", "d", "e"]) await write(name);
  assert.equal(ended, 1);
  assert.equal(versions.revision, watchCache.revision);
  await assert.rejects(async () => versions.ready(), /down/);
  answer = converted;
  await versions.ready();
  assert.equal(versions.list(prefix).length, 5);
});

test("a version is not shown where too much changed before all of it was converted; the next time it is", async () => {
  await write("a");
  let finish = () => {};
  answer = (objects) => new Promise((resolve) => (finish = () => resolve(converted(objects))));
  const opening = Promise.resolve(versions.ready());
  for (const name of ["b", "c", "d", "e", "f"]) await write(name);
  finish();
  await assert.rejects(opening, { code: 429, message: "storage is (re)initializing" });
  answer = converted;
  await versions.ready();
  assert.equal(versions.list(prefix).length, 6);
});

test("changes of the past are converted, each with the state before it", async () => {
  const event = { key: `${prefix}default/a`, revision: 7, value: Buffer.from('{"metadata":{"name":"a"}}') };
  const previous = { ...event, revision: 5 };
  const [change] = await versions.changesOf([{ type: "put", ...event, previous }]);
  assert.deepEqual([change!.type, change!.revision, change!.entry.revision], ["MODIFIED", 7, 7]);
  assert.equal(change!.previous!.revision, 5);
  assert.match(change!.previous!.stored.toString(), /example\.com\/v2/);
});

test("of what was there when the version was first asked for only the bytes are kept", async () => {
  const revision = await write("a");
  await versions.ready();
  const [entry] = versions.list(prefix);
  assert.equal(entry!.heldBytes, entry!.storedLength);
  assert.deepEqual(entry!.object, {
    apiVersion,
    kind: "Thing",
    metadata: { name: "a", resourceVersion: `${revision}` },
  });
});

test("changes that are no longer at hand as they are stored are not as a version shows them either", async () => {
  await versions.ready();
  const old = await write("old");
  const recent = await write("recent");
  const revisions = () => versions.eventsAfter(old)?.map(({ revision }) => revision);
  assert.deepEqual(revisions(), [recent]);
  const entry = versions.get(`${prefix}default/recent`)!;
  assert.ok(entry.heldBytes > entry.storedLength);
  now += keptMs;
  await store.write({ key: "/registry/core/secrets/default/a", expected: 0, value: Buffer.from("{}") });
  assert.deepEqual(revisions(), [recent]);
  now += keptMs;
  const other = await store.write({ key: "/registry/core/secrets/default/b", expected: 0, value: Buffer.from("{}") });
  await watchCache.reach(other, 1_000);
  assert.equal(revisions(), undefined);
  assert.deepEqual(versions.eventsAfter(recent), []);
  assert.equal(entry.heldBytes, entry.storedLength);
});
