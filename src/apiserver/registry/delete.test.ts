import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";

let api: ServerUnderTest;
before(async () => {
  api = await startServer();
});
after(() => api.stop());

const configMaps = "/api/v1/namespaces/default/configmaps";
const pods = "/api/v1/namespaces/default/pods";
const merge = "application/merge-patch+json";

const make = (name: string, metadata: object = {}) =>
  api.ask("POST", configMaps, { body: { metadata: { name, ...metadata } } });
const makePod = (name: string, spec: object = {}) =>
  api.ask("POST", pods, { body: { metadata: { name }, spec: { containers: [{ name: "c", image: "i" }], ...spec } } });

test("a deletion answers what went", async () => {
  const { body } = await make("gone");
  const { body: status } = await api.ask("DELETE", `${configMaps}/gone`);
  assert.deepEqual(
    [status.status, status.details],
    ["Success", { name: "gone", kind: "configmaps", uid: body.metadata.uid }],
  );
});

test("finalizers hold an object until the last is taken away", async () => {
  await make("held", { finalizers: ["a.example/b"] });
  const { body } = await api.ask("DELETE", `${configMaps}/held`);
  assert.equal(body.metadata.deletionGracePeriodSeconds, 0);
  const again = await make("held");
  assert.equal(again.body.message, 'object is being deleted: configmaps "held" already exists');
  await api.ask("PATCH", `${configMaps}/held`, { type: merge, body: { metadata: { finalizers: null } } });
  assert.equal((await api.ask("GET", `${configMaps}/held`)).status, 404);
});

test("the propagation policy becomes a finalizer", async () => {
  await make("foreground");
  const { body } = await api.ask("DELETE", `${configMaps}/foreground?propagationPolicy=Foreground`);
  assert.deepEqual(body.metadata.finalizers, ["foregroundDeletion"]);
  await make("orphaned");
  const orphaned = await api.ask("DELETE", `${configMaps}/orphaned`, { body: { propagationPolicy: "Orphan" } });
  assert.deepEqual(orphaned.body.metadata.finalizers, ["orphan"]);
});

test("a deletion of another object of the same name is refused", async () => {
  await make("other");
  const { status, body } = await api.ask("DELETE", `${configMaps}/other`, { body: { preconditions: { uid: "x" } } });
  assert.equal(status, 409);
  assert.match(body.message, /^Operation cannot be fulfilled on ConfigMap "other": the UID in the precondition \(x\)/);
});

test("a pod on a node is given time, which may only be shortened", async () => {
  await makePod("running", { nodeName: "n", terminationGracePeriodSeconds: 20 });
  const marked = await api.ask("DELETE", `${pods}/running`);
  assert.equal(marked.body.metadata.deletionGracePeriodSeconds, 20);
  const longer = await api.ask("DELETE", `${pods}/running?gracePeriodSeconds=60`);
  assert.equal(longer.body.metadata.deletionGracePeriodSeconds, 20);
  const shorter = await api.ask("DELETE", `${pods}/running?gracePeriodSeconds=5`);
  assert.equal(shorter.body.metadata.deletionGracePeriodSeconds, 5);
  const earlier =
    Date.parse(marked.body.metadata.deletionTimestamp) - Date.parse(shorter.body.metadata.deletionTimestamp);
  assert.equal(earlier, 15_000);
  await api.ask("DELETE", `${pods}/running?gracePeriodSeconds=0`);
  assert.equal((await api.ask("GET", `${pods}/running`)).status, 404);
});

test("a pod that is nowhere yet goes at once", async () => {
  await makePod("waiting");
  assert.equal((await api.ask("DELETE", `${pods}/waiting`)).body.kind, "Pod");
  assert.equal((await api.ask("GET", `${pods}/waiting`)).status, 404);
});

/** What the latest changes of pods show: what kind of change, and the grace that is left. */
async function changesOf(name: string, from: string): Promise<(string | number | undefined)[][]> {
  const watch = `${pods}?watch=true&timeoutSeconds=1&resourceVersion=${from}&fieldSelector=metadata.name%3D${name}`;
  const { text } = await api.ask("GET", watch);
  const events = text.trimEnd().split("\n");
  return events.map((line) => {
    const { type, object } = JSON.parse(line);
    return [type, object.metadata.deletionGracePeriodSeconds];
  });
}

test("a pod that goes at once is seen as deleted before it is gone", async () => {
  for (const spec of [{}, { nodeName: "n" }]) {
    const { body } = await makePod("seen", spec);
    await api.ask("DELETE", `${pods}/seen?gracePeriodSeconds=0`);
    assert.deepEqual(await changesOf("seen", body.metadata.resourceVersion), [
      ["MODIFIED", 0],
      ["DELETED", 0],
    ]);
  }
});

test("a pod whose last finalizer goes is gone without another change", async () => {
  const { body } = await makePod("finalized");
  await api.ask("PATCH", `${pods}/finalized`, { type: merge, body: { metadata: { finalizers: ["a.example/b"] } } });
  const marked = await api.ask("DELETE", `${pods}/finalized`);
  assert.equal(marked.body.metadata.uid, body.metadata.uid);
  await api.ask("PATCH", `${pods}/finalized`, { type: merge, body: { metadata: { finalizers: null } } });
  assert.deepEqual(await changesOf("finalized", marked.body.metadata.resourceVersion), [["DELETED", 0]]);
});

test("of a pod whose grace is over a deletion may still choose what becomes of its dependents", async () => {
  const { body } = await makePod("undecided");
  await api.ask("DELETE", `${pods}/undecided?propagationPolicy=Foreground`);
  const orphaned = await api.ask("DELETE", `${pods}/undecided?propagationPolicy=Orphan`);
  assert.deepEqual(orphaned.body.metadata.finalizers, ["orphan"]);
  await api.ask("DELETE", `${pods}/undecided?propagationPolicy=Background`);
  assert.deepEqual(await changesOf("undecided", body.metadata.resourceVersion), [
    ["MODIFIED", 0],
    ["MODIFIED", 0],
    ["DELETED", 0],
  ]);
});

test("a collection goes by its selector", async () => {
  for (const [name, colour] of Object.entries({ r1: "red", r2: "red", b1: "blue" }))
    await make(name, { labels: { colour } });
  const { body } = await api.ask("DELETE", `${configMaps}?labelSelector=colour%3Dred`);
  assert.equal(body.items.length, 2);
  const left = await api.ask("GET", `${configMaps}?labelSelector=colour`);
  assert.deepEqual(
    left.body.items.map((item: { metadata: { name: string } }) => item.metadata.name),
    ["b1"],
  );
});

test("a namespace waits for its content, and goes with its last finalizer", async () => {
  await api.ask("POST", "/api/v1/namespaces", { body: { metadata: { name: "short-lived" } } });
  const marked = await api.ask("DELETE", "/api/v1/namespaces/short-lived");
  assert.equal(marked.body.status.phase, "Terminating");
  assert.equal(marked.body.metadata.deletionGracePeriodSeconds, undefined);
  await api.ask("PUT", "/api/v1/namespaces/short-lived/finalize", {
    body: { metadata: { name: "short-lived" }, spec: {} },
  });
  assert.equal((await api.ask("GET", "/api/v1/namespaces/short-lived")).status, 404);
});

test("a binding puts a pod on a node once", async () => {
  await makePod("bound");
  const binding = { body: { metadata: { name: "bound" }, target: { kind: "Node", name: "n1" } } };
  assert.equal((await api.ask("POST", `${pods}/bound/binding`, binding)).status, 201);
  const { body } = await api.ask("GET", `${pods}/bound`);
  assert.deepEqual([body.spec.nodeName, body.status.conditions[0].type], ["n1", "PodScheduled"]);
  const twice = await api.ask("POST", `${pods}/bound/binding`, binding);
  assert.match(twice.body.message, /pod bound is already assigned to node "n1"/);
});

test("an eviction spends the budget, and is refused where there is none left", async () => {
  const budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
  await api.ask("POST", budgets, {
    body: { metadata: { name: "few" }, spec: { minAvailable: 1, selector: { matchLabels: { app: "few" } } } },
  });
  const containers = [{ name: "c", image: "i" }];
  for (const name of ["few-1", "few-2"]) {
    await api.ask("POST", pods, {
      body: { metadata: { name, labels: { app: "few" } }, spec: { nodeName: "n", containers } },
    });
    const status = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
    await api.ask("PATCH", `${pods}/${name}/status`, { type: merge, body: { status } });
  }
  const evict = (name: string) => api.ask("POST", `${pods}/${name}/eviction`, { body: { metadata: { name } } });
  const unknown = await evict("few-1");
  assert.deepEqual([unknown.status, unknown.headers["retry-after"]], [429, "10"]);
  const status = {
    observedGeneration: 1,
    disruptionsAllowed: 1,
    currentHealthy: 2,
    desiredHealthy: 1,
    expectedPods: 2,
  };
  await api.ask("PATCH", `${budgets}/few/status`, { type: merge, body: { status } });
  assert.equal((await evict("few-1")).status, 201);
  const refused = await evict("few-2");
  assert.equal(refused.status, 429);
  assert.equal(
    refused.body.details.causes[0].message,
    "The disruption budget few needs 1 healthy pods and has 2 currently",
  );
});

test("an eviction of another version, or another pod of the name, ends nothing", async () => {
  const { body: made } = await makePod("meant");
  const evict = (preconditions: object) =>
    api.ask("POST", `${pods}/meant/eviction`, {
      body: { metadata: { name: "meant" }, deleteOptions: { gracePeriodSeconds: 0, preconditions } },
    });
  assert.equal((await evict({ resourceVersion: "1" })).status, 409);
  assert.equal((await evict({ uid: "other" })).status, 409);
  assert.equal((await api.ask("GET", `${pods}/meant`)).body.status.conditions, undefined);
  const { uid, resourceVersion } = made.metadata;
  assert.equal((await evict({ uid, resourceVersion })).status, 201);
  assert.equal((await api.ask("GET", `${pods}/meant`)).status, 404);
});
