import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { resources } from "../../api/mod.ts";
import { systemClock } from "../../client/mod.ts";
import { startTestApi, type TestApi } from "../testing/api.ts";
import { podOf } from "../testing/pods.ts";
import { ConfigStore } from "./config-store.ts";

let api: TestApi;
before(async () => {
  api = await startTestApi();
});
after(() => api.stop());

const namespace = "default";
const podUsing = (uid: string, ...names: string[]) =>
  podOf({ volumes: names.map((name) => ({ name, configMap: { name } })) }, { namespace, uid });

/** Resolves at the next change told. */
function changes(): { readonly changed: () => void; next(): Promise<void> } {
  let wake = () => {};
  return { changed: () => wake(), next: () => new Promise((resolve) => (wake = resolve)) };
}

test("what a pod refers to is followed: made, changed, deleted", async () => {
  const store = new ConfigStore(api.client, systemClock, api.log);
  const maps = api.client.resource(resources.configmaps);
  const { changed, next } = changes();
  store.track(podUsing("u1", "followed"), changed);
  assert.equal(await store.configMap(namespace, "followed"), undefined);
  let told = next();
  const made = await maps.create({ metadata: { name: "followed", namespace }, data: { a: "1" } });
  await told;
  assert.equal((await store.configMap(namespace, "followed"))?.data?.["a"], "1");
  told = next();
  await maps.update({ ...made, data: { a: "2" } });
  await told;
  assert.equal((await store.configMap(namespace, "followed"))?.data?.["a"], "2");
  told = next();
  await maps.delete("followed", { namespace });
  await told;
  assert.equal(await store.configMap(namespace, "followed"), undefined);
  store.close();
});

test("a pod that comes later reads what is there when it comes", async () => {
  const store = new ConfigStore(api.client, systemClock, api.log);
  const maps = api.client.resource(resources.configmaps);
  const made = await maps.create({ metadata: { name: "shared", namespace }, data: { a: "1" } });
  store.track(podUsing("u1", "shared"), () => {});
  await store.configMap(namespace, "shared");
  await maps.update({ ...made, data: { a: "2" } });
  store.track(podUsing("u2", "shared"), () => {});
  assert.equal((await store.configMap(namespace, "shared"))?.data?.["a"], "2");
  store.close();
});

test("what no pod refers to any more is not followed, and still read when asked", async () => {
  const store = new ConfigStore(api.client, systemClock, api.log);
  await api.client.resource(resources.configmaps).create({ metadata: { name: "once", namespace }, data: {} });
  store.track(podUsing("u1", "once"), () => assert.fail("nothing changed"));
  await store.configMap(namespace, "once");
  store.untrack("u1");
  await api.client.resource(resources.configmaps).delete("once", { namespace });
  assert.equal(await store.configMap(namespace, "once"), undefined);
  store.close();
});
