import assert from "node:assert/strict";
import { test } from "node:test";
import pino from "pino";
import { openMemoryStore } from "../../../store/mod.ts";
import { keptMs, WatchCache } from "./watch-cache.ts";

const prefix = "/registry/core/configmaps/";

test("changes from before the start are not at hand, so that a watch from there reads the store's history", async () => {
  const store = openMemoryStore();
  const write = (name: string) =>
    store.write({ key: `${prefix}default/${name}`, expected: 0, value: Buffer.from("{}") });
  const seen = await write("seen");
  const missed = await write("missed");
  const watchCache = new WatchCache(store, pino({ level: "silent" }));
  const configMaps = watchCache.resource(prefix);
  await watchCache.start();
  assert.equal(configMaps.eventsAfter(seen), undefined);
  assert.deepEqual(configMaps.eventsAfter(missed), []);
  const later = await write("later");
  assert.deepEqual(
    configMaps.eventsAfter(missed)?.map(({ revision }) => revision),
    [later],
  );
  watchCache.stop();
  await store.close();
});

test("changes of a kind that seldom changes do not stay at hand because they are few", async () => {
  const store = openMemoryStore();
  let now = 0;
  const watchCache = new WatchCache(store, pino({ level: "silent" }), () => now);
  const seldom = watchCache.resource(prefix);
  await watchCache.start();
  const write = (key: string) => store.write({ key, expected: 0, value: Buffer.from("{}") });
  const old = await write(`${prefix}default/old`);
  const recent = await write(`${prefix}default/recent`);
  const others = ["a", "b"].map((name) => `/registry/core/secrets/default/${name}`);
  for (const other of others) {
    assert.deepEqual(
      seldom.eventsAfter(old)?.map(({ revision }) => revision),
      [recent],
    );
    now += keptMs;
    await write(other);
  }
  assert.equal(seldom.eventsAfter(old), undefined);
  assert.deepEqual(seldom.eventsAfter(recent), []);
  assert.equal(seldom.size, 2);
  watchCache.stop();
  await store.close();
});
