import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { resources } from "../../api/mod.ts";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";

let api: ServerUnderTest;
const configMaps = "/api/v1/namespaces/default/configmaps";
const names = ({ body }: { body: { items: { metadata: { name: string } }[] } }) =>
  body.items.map(({ metadata }) => metadata.name);

before(async () => {
  api = await startServer();
  for (const name of ["a", "b", "c", "d", "e"])
    await api.ask("POST", configMaps, { body: { metadata: { name, labels: { vowel: String("ae".includes(name)) } } } });
});
after(() => api.stop());

test("a list is in the order of names, at the version of the whole store", async () => {
  // Of something else.
  await api.ask("POST", "/api/v1/namespaces/default/secrets", { body: { metadata: { name: "later" } } });
  const before = api.store.revision;
  const list = await api.ask("GET", configMaps);
  assert.deepEqual(names(list), ["a", "b", "c", "d", "e"]);
  assert.equal(list.body.kind, "ConfigMapList");
  const version = Number(list.body.metadata.resourceVersion);
  assert.ok(before <= version && version <= api.store.revision);
  assert.equal(list.body.items[0].kind, undefined);
});

test("pages of one snapshot go on although objects come and go", async () => {
  const first = await api.ask("GET", `${configMaps}?limit=2`);
  assert.deepEqual([names(first), first.body.metadata.remainingItemCount], [["a", "b"], 3]);
  await api.ask("DELETE", `${configMaps}/c`);
  await api.ask("POST", configMaps, { body: { metadata: { name: "ca" } } });
  const second = await api.ask("GET", `${configMaps}?limit=2&continue=${first.body.metadata.continue}`);
  assert.deepEqual(names(second), ["c", "d"]);
  assert.equal(second.body.metadata.resourceVersion, first.body.metadata.resourceVersion);
  const last = await api.ask("GET", `${configMaps}?limit=2&continue=${second.body.metadata.continue}`);
  assert.deepEqual([names(last), last.body.metadata.continue], [["e"], undefined]);
});

test("labels and fields select, and a page of what is selected is full", async () => {
  assert.deepEqual(names(await api.ask("GET", `${configMaps}?labelSelector=vowel%3Dtrue`)), ["a", "e"]);
  assert.deepEqual(names(await api.ask("GET", `${configMaps}?fieldSelector=metadata.name%3Db`)), ["b"]);
  for (const field of ["constructor", "toString", "spec.x"])
    assert.equal((await api.ask("GET", `/api/v1/pods?fieldSelector=${field}%3Db`)).status, 400, field);
  const page = await api.ask("GET", `${configMaps}?labelSelector=vowel%3Dtrue&limit=1`);
  assert.deepEqual([names(page), page.body.metadata.remainingItemCount], [["a"], undefined]);
  const next = await api.ask(
    "GET",
    `${configMaps}?labelSelector=vowel%3Dtrue&limit=1&continue=${page.body.metadata.continue}`,
  );
  assert.deepEqual([names(next), next.body.metadata.continue], [["e"], undefined]);
});

test("an exact version is shown as it was", async () => {
  const { body } = await api.ask("GET", configMaps);
  const { resourceVersion } = body.metadata;
  await api.ask("POST", configMaps, { body: { metadata: { name: "later" } } });
  const then = await api.ask("GET", `${configMaps}?resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`);
  assert.deepEqual([names(then).includes("later"), then.body.metadata.resourceVersion], [false, resourceVersion]);
});

test("a page whose snapshot is forgotten says how to go on", async () => {
  const first = await api.ask("GET", `${configMaps}?limit=1`);
  await api.ask("POST", configMaps, { body: { metadata: { name: "newer" } } });
  await api.store.compact(api.store.revision);
  const gone = await api.ask("GET", `${configMaps}?limit=1&continue=${first.body.metadata.continue}`);
  assert.deepEqual([gone.status, gone.body.reason], [410, "Expired"]);
  const next = await api.ask("GET", `${configMaps}?limit=1&continue=${gone.body.metadata.continue}`);
  assert.deepEqual(names(next), ["b"]);
});

test("a forgotten snapshot is told as such where nothing of its resource has changed since", async () => {
  const { body: first } = await api.ask("GET", `${configMaps}?limit=1`);
  await api.ask("POST", "/api/v1/namespaces", { body: { metadata: { name: "of-another-kind" } } });
  await api.store.compact(api.store.revision);
  const { resourceVersion, continue: token } = first.metadata;
  assert.equal((await api.ask("GET", `${configMaps}?limit=1&continue=${token}`)).status, 410);
  const exactly = `resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`;
  assert.equal((await api.ask("GET", `${configMaps}?${exactly}`)).status, 410);
});

test("a version that is not yet is waited for, then refused", async () => {
  const { status, body } = await api.ask("GET", `${configMaps}?resourceVersion=99999999`);
  assert.deepEqual([status, body.reason, body.details.causes[0].reason], [504, "Timeout", "ResourceVersionTooLarge"]);
  assert.equal(body.details.retryAfterSeconds, 1);
  const exact = await api.ask("GET", `${configMaps}?resourceVersion=99999999&resourceVersionMatch=Exact`);
  assert.deepEqual([exact.status, exact.body.details.retryAfterSeconds], [504, undefined]);
});

test("a table has a row for each object", async () => {
  const { body } = await api.ask("GET", configMaps, {
    accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
  });
  assert.deepEqual(
    body.columnDefinitions.map(({ name }: { name: string }) => name),
    ["Name", "Data", "Age"],
  );
  assert.equal(body.rows[0].object.kind, "PartialObjectMetadata");
});

test("a long list that selects ends when its client goes", async (t) => {
  const client = api.client.resource(resources.configmaps);
  const namespace = "kube-system";
  const names = Array.from({ length: 64 }, (_, index) => `many-${index}`);
  await Promise.all(names.map((name) => client.create({ metadata: { name, namespace } })));
  let now = performance.now();
  // However fast this machine is, the list is not made in one turn of the event loop.
  t.mock.method(performance, "now", () => (now += 6));
  const listed = client.list({ namespace, labelSelector: "vowel=true", signal: AbortSignal.abort() });
  await assert.rejects(listed, { reason: "Timeout" });
});
