import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { encodeProtobuf, type KubernetesObject, type ResourceInfo, resources } from "../../api/mod.ts";
import { StoreError, type Write } from "../../store/mod.ts";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";

let api: ServerUnderTest;
before(async () => {
  api = await startServer();
});
after(() => api.stop());

const configMaps = "/api/v1/namespaces/default/configmaps";
const merge = "application/merge-patch+json";

test("a created object has a uid, a time and the version of its write", async () => {
  const { status, body } = await api.ask("POST", configMaps, {
    body: { metadata: { name: "made" }, data: { a: "b" } },
  });
  assert.equal(status, 201);
  assert.match(body.metadata.uid, /^[0-9a-f-]{36}$/);
  assert.match(body.metadata.creationTimestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.equal(body.metadata.namespace, "default");
  const read = await api.ask("GET", `${configMaps}/made`);
  assert.deepEqual(read.body, body);
  const stored = await api.store.get("/registry/core/configmaps/default/made");
  assert.equal(Number(body.metadata.resourceVersion), stored?.revision);
});

test("an object that is at hand is found without waiting", async () => {
  await api.ask("POST", configMaps, { body: { metadata: { name: "at-hand" } } });
  const storage = api.server.engine.storage(resources.configmaps as unknown as ResourceInfo<KubernetesObject>);
  const found = storage.current("default", "at-hand");
  assert.ok(!(found instanceof Promise));
  assert.equal(found.object.metadata.name, "at-hand");
  assert.throws(() => storage.current("default", "nobody"), /not found/);
});

test("a name is made up where only its beginning is given", async () => {
  const { body } = await api.ask("POST", configMaps, { body: { metadata: { generateName: "made-up-" } } });
  assert.match(body.metadata.name, /^made-up-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
});

test("what a kind makes of an object's name knows the name that was made up", async () => {
  const spec = { restartPolicy: "Never", containers: [{ name: "c", image: "i" }] };
  const { status, body } = await api.ask("POST", "/apis/batch/v1/namespaces/default/jobs", {
    body: { metadata: { generateName: "made-up-" }, spec: { template: { spec } } },
  });
  assert.equal(status, 201, body.message);
  assert.equal(body.spec.template.metadata.labels["job-name"], body.metadata.name);
});

test("a made-up name that somebody else takes in the last moment is made up again, up to eight times in all", async (t) => {
  const { write } = api.store;
  for (const [losses, expected] of [
    [7, 201],
    [8, 409],
  ] as const) {
    const names = new Set<string>();
    const losing = t.mock.method(api.store, "write", (asked: Write) => {
      if (!asked.key.includes("/raced-")) return write.call(api.store, asked);
      names.add(asked.key);
      const isLost = names.size <= losses;
      return isLost ? Promise.reject(new StoreError("conflict", "taken")) : write.call(api.store, asked);
    });
    const spec = { template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "i" }] } } };
    const body = { metadata: { generateName: "raced-" }, spec };
    const made = await api.ask("POST", "/apis/batch/v1/namespaces/default/jobs", { body });
    losing.mock.restore();
    assert.equal(made.status, expected, made.body.message);
    assert.equal(names.size, 8);
    if (expected === 201) assert.equal(made.body.spec.template.metadata.labels["job-name"], made.body.metadata.name);
    else assert.equal(made.body.reason, "AlreadyExists");
  }
});

test("an owner that stands twice is kept once, and only a client's numbers are versions", async () => {
  const owner = { apiVersion: "v1", kind: "ConfigMap", name: "o", uid: "u" };
  const metadata = { name: "owned", resourceVersion: "word", ownerReferences: [owner, owner] };
  const { status, body } = await api.ask("POST", configMaps, { body: { metadata } });
  assert.equal(status, 201, body.message);
  assert.deepEqual(body.metadata.ownerReferences, [owner]);
});

test("what exists is not created again", async () => {
  await api.ask("POST", configMaps, { body: { metadata: { name: "twice" } } });
  const { status, body } = await api.ask("POST", configMaps, { body: { metadata: { name: "twice" } } });
  assert.equal(status, 409);
  assert.equal(body.reason, "AlreadyExists");
  assert.equal(body.message, 'configmaps "twice" already exists');
});

test("an update of an older version is a conflict", async () => {
  const { body: first } = await api.ask("POST", configMaps, { body: { metadata: { name: "old" } } });
  await api.ask("PUT", `${configMaps}/old`, { body: { ...first, data: { a: "1" } } });
  const late = await api.ask("PUT", `${configMaps}/old`, { body: { ...first, data: { a: "2" } } });
  assert.equal(late.status, 409);
  assert.equal(
    late.body.message,
    'Operation cannot be fulfilled on configmaps "old": the object has been modified; please apply your changes to the latest version and try again',
  );
});

test("an update that changes nothing writes nothing", async () => {
  const { body } = await api.ask("POST", configMaps, { body: { metadata: { name: "same" }, data: { a: "b" } } });
  const again = await api.ask("PUT", `${configMaps}/same`, { body });
  assert.equal(again.body.metadata.resourceVersion, body.metadata.resourceVersion);
});

test("an update that brings its members in another order writes nothing either", async () => {
  const made = { metadata: { name: "ordered", labels: { b: "1", a: "2" } }, data: { c: "3", d: "4" } };
  const { body } = await api.ask("POST", configMaps, { body: made });
  const { resourceVersion, labels: _, ...metadata } = body.metadata;
  const turned = { data: { d: "4", c: "3" }, metadata: { labels: { a: "2", b: "1" }, ...metadata } };
  for (const type of ["application/json", "application/yaml"]) {
    const again = await api.ask("PUT", `${configMaps}/ordered`, { type, body: turned });
    assert.equal(again.body.metadata.resourceVersion, resourceVersion);
  }
  const bytes = encodeProtobuf(resources.configmaps.schema!, body);
  const type = "application/vnd.kubernetes.protobuf";
  const again = await api.ask("PUT", `${configMaps}/ordered`, { type, body: bytes });
  assert.equal(again.body.metadata.resourceVersion, resourceVersion);
  const swapped = { ...turned, metadata: { ...turned.metadata, labels: { a: "1", b: "2" } } };
  const changed = await api.ask("PUT", `${configMaps}/ordered`, { body: swapped });
  assert.notEqual(changed.body.metadata.resourceVersion, resourceVersion);
});

test("a patch of labels leaves the rest as it was, notes who owns them, and writes nothing the second time", async () => {
  const pods = "/api/v1/namespaces/default/pods";
  const spec = { containers: [{ name: "c", image: "i", env: [{ name: "A", value: "b" }] }] };
  const made = await api.ask("POST", pods, { body: { metadata: { name: "relabelled", labels: { a: "b" } }, spec } });
  const type = "application/strategic-merge-patch+json";
  const patch = { type, body: { metadata: { labels: { c: "d" }, annotations: { e: "f" } } } };
  const { status, body } = await api.ask("PATCH", `${pods}/relabelled?fieldManager=labeller`, patch);
  assert.equal(status, 200, body.message);
  assert.deepEqual(body.metadata.labels, { a: "b", c: "d" });
  assert.deepEqual([body.spec, body.status], [made.body.spec, made.body.status]);
  const owner = body.metadata.managedFields.find(({ manager }: { manager: string }) => manager === "labeller");
  assert.deepEqual(owner.fieldsV1, {
    "f:metadata": { "f:annotations": { ".": {}, "f:e": {} }, "f:labels": { "f:c": {} } },
  });
  const again = await api.ask("PATCH", `${pods}/relabelled?fieldManager=another`, patch);
  assert.deepEqual(again.body, body);
});

test("a patch of metadata is refused, warned of and cleaned as any other", async () => {
  await api.ask("POST", configMaps, { body: { metadata: { name: "careful", labels: { a: "b" } } } });
  const patch = (metadata: object, validation: string) =>
    api.ask("PATCH", `${configMaps}/careful?fieldValidation=${validation}`, { type: merge, body: { metadata } });
  assert.match((await patch({ labels: { a: 1 } }, "Warn")).body.message, /cannot unmarshal number/);
  assert.match((await patch({ nothing: "x" }, "Strict")).body.message, /unknown field "metadata.nothing"/);
  assert.match((await patch({ labels: { a: "not valid" } }, "Warn")).body.message, /metadata.labels: Invalid value/);
  const { body } = await patch({ labels: { a: null }, annotations: {}, nothing: "x" }, "Ignore");
  assert.deepEqual(
    [body.metadata.labels, body.metadata.annotations, body.metadata.nothing],
    [undefined, undefined, undefined],
  );
});

test("writers that name no version all get through", async () => {
  await api.ask("POST", configMaps, { body: { metadata: { name: "busy" } } });
  const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
  const patches = keys.map((key) =>
    api.ask("PATCH", `${configMaps}/busy`, { type: merge, body: { data: { [key]: "x" } } }),
  );
  assert.deepEqual(new Set((await Promise.all(patches)).map(({ status }) => status)), new Set([200]));
  const { body } = await api.ask("GET", `${configMaps}/busy`);
  assert.deepEqual(Object.keys(body.data).sort(), keys.sort());
});

test("a version is refused in what is created, after all that is wrong with it, and goes along in a dry run", async () => {
  const metadata = { name: "versioned", resourceVersion: "77" };
  const create = (path: string, body: object) => api.ask("POST", path, { body });
  const refused = await create(configMaps, { metadata });
  assert.equal(refused.status, 500);
  assert.equal(refused.body.message, "resourceVersion should not be set on objects to be created");
  assert.equal((await create(configMaps, { metadata: { ...metadata, name: "Wrong" } })).status, 422);
  const dry = await create(`${configMaps}?dryRun=All`, { metadata });
  assert.equal(dry.status, 201);
  assert.equal(dry.body.metadata.resourceVersion, "77");
  assert.equal((await create(configMaps, { metadata: { ...metadata, resourceVersion: "0" } })).status, 201);
});

test("a dry run answers the outcome and stores nothing", async () => {
  const made = await api.ask("POST", `${configMaps}?dryRun=All`, { body: { metadata: { name: "dry" } } });
  assert.equal(made.status, 201);
  assert.equal(made.body.metadata.resourceVersion, undefined);
  assert.equal((await api.ask("GET", `${configMaps}/dry`)).status, 404);
  assert.equal(await api.store.get("/registry/core/configmaps/default/dry"), undefined);
});

test("the status is its own subresource, and the generation counts what is wanted", async () => {
  const deployments = "/apis/apps/v1/namespaces/default/deployments";
  const template = { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "c", image: "i" }] } };
  const spec = { replicas: 1, selector: { matchLabels: { a: "b" } }, template };
  const made = await api.ask("POST", deployments, {
    body: { metadata: { name: "web" }, spec, status: { replicas: 9 } },
  });
  assert.deepEqual([made.body.metadata.generation, made.body.status], [1, {}]);
  const status = await api.ask("PATCH", `${deployments}/web/status`, {
    type: merge,
    body: { spec: { replicas: 7 }, status: { replicas: 3 } },
  });
  assert.deepEqual(
    [status.body.metadata.generation, status.body.spec.replicas, status.body.status.replicas],
    [1, 1, 3],
  );
  const scaled = await api.ask("PATCH", `${deployments}/web/scale`, { type: merge, body: { spec: { replicas: 4 } } });
  assert.equal(scaled.body.kind, "Scale");
  const { body } = await api.ask("GET", `${deployments}/web`);
  assert.deepEqual([body.metadata.generation, body.spec.replicas, body.status.replicas], [2, 4, 3]);
});

test("labels of an endpoint slice count as what is wanted, its annotations do not", async () => {
  const slices = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";
  await api.ask("POST", slices, { body: { metadata: { name: "e" }, addressType: "IPv4", endpoints: [] } });
  const generation = async (metadata: object) =>
    (await api.ask("PATCH", `${slices}/e`, { type: merge, body: { metadata } })).body.metadata.generation;
  assert.equal(await generation({ annotations: { a: "b" } }), 1);
  assert.equal(await generation({ labels: { a: "b" } }), 2);
  assert.equal(await generation({ labels: { a: "b" } }), 2);
  assert.equal(await generation({ labels: null }), 3);
});

test("a patch may not take the version away where an update must name one", async () => {
  const leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
  const patch = (path: string, metadata: object) =>
    api.ask("PATCH", path, { type: merge, body: { metadata: { labels: { a: "b" }, ...metadata } } });
  await api.ask("POST", leases, { body: { metadata: { name: "l" } } });
  for (const resourceVersion of [null, "", "0"]) {
    const { status, body } = await patch(`${leases}/l`, { resourceVersion });
    const why = "metadata.resourceVersion: Invalid value: 0: must be specified for an update";
    assert.deepEqual([status, body.message], [422, `leases.coordination.k8s.io "l" is invalid: ${why}`]);
  }
  assert.equal((await patch(`${leases}/l`, {})).status, 200);
  const applied = await api.ask("PATCH", `${leases}/l?fieldManager=m`, {
    type: "application/apply-patch+yaml",
    body: {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "l" },
      spec: { holderIdentity: "h" },
    },
  });
  assert.equal(applied.status, 200, applied.text);
  await api.ask("POST", configMaps, { body: { metadata: { name: "unversioned" } } });
  assert.equal((await patch(`${configMaps}/unversioned`, { resourceVersion: null })).status, 200);
});

test("unknown fields are warned of, refused or passed over, as the client wishes", async () => {
  const body = { metadata: { name: "odd" }, dtaa: {} };
  const warned = await api.ask("POST", `${configMaps}?dryRun=All`, { body });
  assert.equal(warned.headers["warning"], '299 - "unknown field \\"dtaa\\""');
  const strict = await api.ask("POST", `${configMaps}?fieldValidation=Strict`, { body });
  assert.equal(strict.status, 400);
  const ignored = await api.ask("POST", `${configMaps}?fieldValidation=Ignore&dryRun=All`, { body });
  assert.equal(ignored.headers["warning"], undefined);
});

test("kinds that are going away say so with every answer, refusals included", async () => {
  const warning = async (path: string) => (await api.ask("GET", path)).headers["warning"];
  const endpoints = '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"';
  assert.equal(await warning("/api/v1/endpoints"), endpoints);
  assert.equal(await warning("/api/v1/namespaces/default/endpoints/none"), endpoints);
  assert.equal(await warning("/api/v1/componentstatuses"), '299 - "v1 ComponentStatus is deprecated in v1.19+"');
});

test("server-side apply makes, changes and gives fields to whoever forces", async () => {
  const apply = (manager: string, data: object, force = "") =>
    api.ask("PATCH", `${configMaps}/applied?fieldManager=${manager}${force}`, {
      type: "application/apply-patch+yaml",
      body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "applied" }, data },
    });
  assert.equal((await apply("one", { a: "1" })).status, 201);
  const refused = await apply("two", { a: "2" });
  assert.equal(refused.status, 409);
  assert.match(refused.body.message, /conflict with "one": \.data\.a/);
  const forced = await apply("two", { a: "2" }, "&force=true");
  assert.equal(forced.body.data.a, "2");
});

test("a user without rights is told what is missing", async () => {
  const { status, body } = await api.ask("GET", configMaps, { token: "jane" });
  assert.equal(status, 403);
  assert.equal(
    body.message,
    'configmaps is forbidden: User "jane" cannot list resource "configmaps" in API group "" in the namespace "default"',
  );
});

test("an administrator acts as somebody else, with that one's rights", async () => {
  const { status, body } = await api.ask("GET", configMaps, { headers: { "impersonate-user": "jane" } });
  assert.equal(status, 403);
  assert.match(body.message, /User "jane" cannot list/);
});

test("an apply to the scale owns the replicas of the object, and is told of who owned them", async () => {
  const deployments = "/apis/apps/v1/namespaces/default/deployments";
  const labels = { app: "scaled" };
  const template = { metadata: { labels }, spec: { containers: [{ name: "a", image: "b" }] } };
  const body = { metadata: { name: "scaled" }, spec: { replicas: 1, selector: { matchLabels: labels }, template } };
  assert.equal((await api.ask("POST", `${deployments}?fieldManager=maker`, { body })).status, 201);
  const apply = (force = "") =>
    api.ask("PATCH", `${deployments}/scaled/scale?fieldManager=scaler${force}`, {
      type: "application/apply-patch+yaml",
      body: { apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name: "scaled" }, spec: { replicas: 3 } },
    });
  const refused = await apply();
  assert.equal(refused.status, 409);
  assert.match(refused.body.message, /conflict with "maker" using autoscaling\/v1: \.spec\.replicas/);
  assert.equal((await apply("&force=true")).body.spec.replicas, 3);
  const { managedFields } = (await api.ask("GET", `${deployments}/scaled`)).body.metadata;
  const owner = managedFields.find(({ manager }: { manager: string }) => manager === "scaler");
  assert.deepEqual([owner.operation, owner.subresource], ["Apply", "scale"]);
});

test("metadata patched alone: nobody owns what an empty list of owners says, and a deletion's grace is not lengthened", async () => {
  const at = `${configMaps}/patched-alone`;
  await api.ask("POST", configMaps, {
    body: { metadata: { name: "patched-alone", finalizers: ["a.b/c"] }, data: { a: "b" } },
  });
  const patch = (metadata: object) => api.ask("PATCH", at, { body: { metadata }, type: merge });
  assert.equal((await patch({ managedFields: [] })).body.metadata.managedFields, undefined);
  assert.equal((await patch({ labels: { a: "b" } })).body.metadata.managedFields, undefined);
  await api.ask("DELETE", at);
  assert.equal((await patch({ deletionGracePeriodSeconds: null })).status, 200);
  const { status, body } = await patch({ deletionGracePeriodSeconds: 9 });
  assert.deepEqual([status, body.details.causes[0].field], [422, "metadata.deletionGracePeriodSeconds"]);
});

test("an owner that a patch names twice stands once, and the warning says that it was found late", async () => {
  const owner = { apiVersion: "v1", kind: "ConfigMap", name: "a", uid: "u" };
  await api.ask("POST", configMaps, { body: { metadata: { name: "owned-twice" } } });
  const body = { metadata: { ownerReferences: [owner, owner] } };
  const { body: patched, headers } = await api.ask("PATCH", `${configMaps}/owned-twice`, { body, type: merge });
  assert.equal(patched.metadata.ownerReferences.length, 1);
  assert.match(String(headers["warning"]), /duplicate entries after mutating admission happens/);
});

test("a deletion's query may say which object is meant, and no policy is none that there is", async () => {
  const at = `${configMaps}/meant`;
  const { body: made } = await api.ask("POST", configMaps, { body: { metadata: { name: "meant" } } });
  const statusOf = async (query: string) => (await api.ask("DELETE", `${at}?${query}`)).status;
  assert.equal(await statusOf("uid=other"), 409);
  assert.equal(await statusOf("resourceVersion=1"), 409);
  assert.equal(await statusOf("propagationPolicy="), 422);
  assert.equal(await statusOf(`uid=${made.metadata.uid}&resourceVersion=${made.metadata.resourceVersion}`), 200);
});

test("a deletion of many at a version deletes only what was there at that version", async () => {
  const { body: before } = await api.ask("GET", configMaps);
  await api.ask("POST", configMaps, { body: { metadata: { name: "made-later", labels: { later: "yes" } } } });
  const query = `labelSelector=later&resourceVersion=${before.metadata.resourceVersion}`;
  assert.equal((await api.ask("DELETE", `${configMaps}?${query}`)).status, 200);
  assert.equal((await api.ask("GET", `${configMaps}/made-later`)).status, 200);
});

test("options of a deletion are no object of another kind", async () => {
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
  const { status, body: told } = await api.ask("DELETE", `${configMaps}/a`, { body });
  assert.equal(status, 400);
  assert.match(told.message, /^no kind "ConfigMap" is registered for version "v1" in scheme/);
});

test("an update that is for another name, or cannot be read, is told so where there is no object either", async () => {
  const put = (path: string, body: unknown) => api.ask("PUT", path, { body });
  assert.equal((await put(`${configMaps}/nowhere`, { metadata: { name: "other" } })).status, 400);
  assert.equal((await put(`${configMaps}/nowhere`, { metadata: { name: 7 } })).status, 400);
  assert.equal((await put(`${configMaps}/nowhere`, { metadata: { name: "nowhere" } })).status, 404);
  const scale = "/apis/apps/v1/namespaces/default/deployments/nowhere/scale";
  assert.equal((await put(scale, { metadata: { name: "other" }, spec: { replicas: 1 } })).status, 400);
});

test("who finalizes a namespace may change its metadata along, and not its status", async () => {
  const namespaces = "/api/v1/namespaces";
  await api.ask("POST", namespaces, { body: { metadata: { name: "finalized", labels: { a: "b" } } } });
  const body = {
    metadata: { name: "finalized", annotations: { c: "d" } },
    spec: { finalizers: ["kubernetes", "a.b/c"] },
    status: { phase: "Terminating" },
  };
  const { body: finalized } = await api.ask("PUT", `${namespaces}/finalized/finalize`, { body });
  assert.deepEqual(finalized.metadata.labels, { "kubernetes.io/metadata.name": "finalized" });
  assert.deepEqual(finalized.metadata.annotations, { c: "d" });
  assert.deepEqual([finalized.spec.finalizers, finalized.status.phase], [["kubernetes", "a.b/c"], "Active"]);
});
