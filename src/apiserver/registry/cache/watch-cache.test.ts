import assert from "node:assert/strict";
import { test } from "node:test";
import pino from "pino";
import { openMemoryStore } from "../../../store/mod.ts";
import { WatchCache } from "./watch-cache.ts";

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
