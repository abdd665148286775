import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { clone, type corev1, isForbidden, isNotFound, resources } from "../api/mod.ts";
import { createClient } from "../client/mod.ts";
import { jane, type ServerUnderTest, startServer } from "./testing/server-under-test.ts";

let api: ServerUnderTest;
before(async () => {
  api = await startServer();
});
after(() => api.stop());

test("a client in process reads the very objects of the server's cache, frozen", async () => {
  const configMaps = api.client.resource(resources.configmaps);
  const made = await configMaps.create({ metadata: { namespace: "default", name: "shared" }, data: { a: "b" } });
  assert.equal(await configMaps.get("shared", { namespace: "default" }), made);
  assert.throws(() => {
    (made.data as Record<string, string>)["a"] = "c";
  }, TypeError);
});

test("an object that a client goes on changing is not the one that is stored", async () => {
  const configMaps = api.client.resource(resources.configmaps);
  const draft = { metadata: { namespace: "default", name: "draft" }, data: { a: "b" } };
  await configMaps.create(draft);
  draft.data.a = "changed";
  assert.equal((await configMaps.get("draft", { namespace: "default" })).data?.["a"], "b");
});

test("requests in process are authorized too", async () => {
  const client = createClient(api.server.transport(jane, "test"));
  await assert.rejects(client.resource(resources.secrets).list(), isForbidden);
});

test("updates, patches and deletions do what they do over the network", async () => {
  const configMaps = api.client.resource(resources.configmaps);
  const made = await configMaps.create({ metadata: { namespace: "default", name: "cycle" } });
  const next: corev1.ConfigMap = clone(made);
  next.data = { a: "1" };
  const updated = await configMaps.update(next);
  const patched = await configMaps.patch("cycle", { data: { b: "2" } }, { type: "merge", namespace: "default" });
  assert.deepEqual(patched.data, { a: "1", b: "2" });
  assert.ok(Number(patched.metadata.resourceVersion) > Number(updated.metadata.resourceVersion));
  await configMaps.delete("cycle", { namespace: "default" });
  await assert.rejects(configMaps.get("cycle", { namespace: "default" }), isNotFound);
});

test("a client that never stops asking leaves the event loop to others", { timeout: 20_000 }, async () => {
  const configMaps = api.client.resource(resources.configmaps);
  await configMaps.create({ metadata: { namespace: "default", name: "asked" } });
  let isOver = false;
  setTimeout(() => {
    isOver = true;
  }, 1);
  while (!isOver) await configMaps.get("asked", { namespace: "default" });
});

test("paths that are no resources are answered as well", async () => {
  const version = (await api.client.transport.request({ method: "GET", path: "/version" })) as { major: string };
  assert.equal(version.major, "1");
  assert.equal(await api.client.transport.request({ method: "GET", path: "/readyz" }), "ok");
});

test("items of a list are the objects that a get answers, and say what they are", async () => {
  const server = await startServer();
  const roles = server.client.resource(resources.clusterroles);
  const { items } = await roles.list();
  const [first] = items;
  assert.deepEqual([first!.apiVersion, first!.kind], ["rbac.authorization.k8s.io/v1", "ClusterRole"]);
  assert.equal(await roles.get(first!.metadata.name), first);
  await server.stop();
});

test("metadata alone is what the object's metadata is, in lists and watches, and of no other object is more read for it", async () => {
  const configMaps = api.client.resource(resources.configmaps);
  const annotations = { name: 'a "quoted" one, with } and {' };
  const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: "1" }];
  const metadata = { namespace: "default", name: "partial", annotations, ownerReferences };
  const made = await configMaps.create({ metadata, data: { metadata: "{" } });
  const options = { namespace: "default", metadataOnly: true };
  const { items, metadata: list } = await configMaps.list(options);
  const found = items.find((one) => one.metadata.name === "partial")!;
  assert.equal(found.kind, "PartialObjectMetadata");
  assert.equal((found as { data?: unknown }).data, undefined);
  assert.deepEqual(found.metadata, made.metadata);
  const { apiVersion, kind } = found;
  const whole = { apiVersion, kind, metadata: made.metadata };
  for (const copy of [structuredClone(found), { ...found }, JSON.parse(JSON.stringify(found))])
    assert.deepEqual(copy, whole);
  assert.ok(Object.isFrozen(found) && Object.isFrozen(found.metadata) && Object.isFrozen(found.metadata.annotations));
  assert.equal(found.metadata, found.metadata);
  const seen = configMaps.watch({ ...options, resourceVersion: list.resourceVersion })[Symbol.asyncIterator]();
  const next = seen.next();
  await configMaps.delete("partial", { namespace: "default" });
  const { type, object } = (await next).value!;
  assert.equal(type, "DELETED");
  assert.ok(Object.isFrozen(object) && Object.isFrozen(object.metadata));
  assert.deepEqual({ ...object.metadata, resourceVersion: "" }, { ...made.metadata, resourceVersion: "" });
  await seen.return?.();
});
