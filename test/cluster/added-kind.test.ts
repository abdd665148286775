/** A kind that no table names has everything that a built-in one has. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  decodeProtobuf,
  encodeProtobuf,
  type Infer,
  isAlreadyExists,
  isForbidden,
  isInvalid,
  metav1,
  ownSubresource,
  resource,
  resources,
  schema,
} from "../../src/api/mod.ts";
import { aggregatedRoles, field as fieldPath, rules, type Strategy } from "../../src/apiserver/mod.ts";
import type { ComponentContext, Informer } from "../../src/client/mod.ts";
import { QueueController, type QueueControllerOptions, splitKey } from "../../src/controllers/mod.ts";
import { defineKind } from "../../src/kinds/mod.ts";
import { type Harness, startHarness } from "./controllers-harness.ts";

const { field, int32, kind, list, message, string } = schema;

const part = message("dev.example.v1.WidgetPart", {
  name: field(1, string, { required: true }),
  size: field(2, int32, { pointer: true, default: 1 }),
});
const spec = message(
  "dev.example.v1.WidgetSpec",
  {
    shape: field(1, string, { required: true, description: "What it looks like." }),
    parts: field(2, list(part, { listType: "map", listMapKeys: ["name"] }), {
      patchStrategy: "merge",
      patchMergeKey: "name",
    }),
  },
  { description: "What is wanted." },
);
const widget = kind("dev.example.v1.Widget", "example.dev/v1", {
  metadata: field(1, metav1.objectMeta, { always: true }),
  spec: field(2, spec, { required: true }),
  status: field(3, message("dev.example.v1.WidgetStatus", { size: field(1, int32) }), { always: true }),
});
interface Widget extends Infer<typeof widget> {}
const widgets = resource<Widget>(widget, "widgets", {
  list: metav1.listKind("dev.example.v1.WidgetList", widget),
  shortNames: ["wd"],
  status: true,
  subresources: [ownSubresource(widget, "shape")],
});

const strategy: Strategy<Widget> = {
  resource: widgets,
  bumpsGeneration: true,
  validate: (object) => rules.oneOf(object.spec.shape, ["round", "square"], fieldPath("spec", "shape")),
  parts: { shape: (object, old) => ({ ...old, spec: { ...old.spec, shape: object.spec.shape } }) },
  selectableFields: { "spec.shape": (object) => object.spec.shape },
};

/** Makes a ConfigMap for each widget, and tells the sum of its parts. */
class WidgetController extends QueueController {
  readonly #widgets: Informer<Widget>;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("widget-controller", context, options);
    this.#widgets = this.watchOwn(widgets);
  }

  protected override async reconcile(key: string): Promise<undefined> {
    const { namespace, name } = splitKey(key);
    const object = this.#widgets.lister.get(name, namespace);
    const size = (object?.spec.parts ?? []).reduce((sum, one) => sum + (one.size ?? 1), 0);
    if (!object || object.metadata.deletionTimestamp || object.status?.size === size) return;
    const { apiVersion, metadata } = object;
    const owner = { apiVersion, kind: object.kind, name, uid: metadata.uid };
    const { client } = this.context;
    const note = { metadata: { name, namespace, ownerReferences: [owner] } };
    await client.resource(resources.configmaps).create(note).catch(unlessThere);
    await client.resource(widgets).updateStatus({ ...object, status: { size } });
  }
}

function unlessThere(error: unknown): void {
  if (!isAlreadyExists(error)) throw error;
}

const kindModule = defineKind({
  strategy,
  controllers: [{ name: "widget-controller", create: (context, options) => new WidgetController(options, context) }],
  access: { clusterRoles: aggregatedRoles(strategy) },
});

let harness: Harness;

before(async () => {
  harness = await startHarness({ kinds: [kindModule], nodes: [] });
});
after(() => harness.stop());

const parts = [{ name: "a", size: 2 }, { name: "b" }];
const create = (namespace: string, name: string) =>
  harness.client.resource(widgets).create({ metadata: { name, namespace }, spec: { shape: "round", parts } });
const get = (path: string) => harness.client.transport.request({ method: "GET", path });

test("discovery, an APIService and the OpenAPI documents show it", async () => {
  const { resources: found } = (await get("/apis/example.dev/v1")) as metav1.APIResourceList;
  assert.deepEqual(
    found.map(({ name, shortNames }) => [name, ...(shortNames ?? [])]),
    [["widgets", "wd"], ["widgets/shape"], ["widgets/status"]],
  );
  const service = await harness.client.resource(resources.apiservices).get("v1.example.dev");
  assert.equal(service.status?.conditions?.[0]?.reason, "Local");
});

test("its objects are checked, defaulted, and go through protobuf as they are", async () => {
  await harness.addNamespace("rules");
  const bad = { metadata: { name: "bad", namespace: "rules" }, spec: { shape: "oval" } };
  await assert.rejects(harness.client.resource(widgets).create(bad), isInvalid);
  const made = await create("rules", "good");
  assert.deepEqual(made.spec.parts, [
    { name: "a", size: 2 },
    { name: "b", size: 1 },
  ]);
  assert.equal((made.metadata as metav1.ObjectMeta).generation, 1);
  assert.deepEqual(decodeProtobuf(widget, encodeProtobuf(widget, made)), made);
});

test("a strategic patch and an apply merge its lists by key", async () => {
  await harness.addNamespace("patches");
  await create("patches", "one");
  const own = harness.client.resource(widgets);
  const patch = { spec: { parts: [{ name: "b", size: 7 }] } };
  const patched = await own.patch("one", patch, { type: "strategic", namespace: "patches" });
  assert.deepEqual(
    patched.spec.parts?.map(({ size }) => size),
    [2, 7],
  );
  const { apiVersion, kind: name } = patched;
  const applied = { apiVersion, kind: name, spec: { shape: "round", parts: [{ name: "c", size: 3 }] } };
  const options = { type: "apply", fieldManager: "other", namespace: "patches" } as const;
  const next = await own.patch("one", applied, options);
  assert.deepEqual(next.spec.parts?.map(({ name: of }) => of).sort(), ["a", "b", "c"]);
});

test("a subresource of its own changes its part and nothing else", async () => {
  await harness.addNamespace("shapes");
  const made = await create("shapes", "one");
  const changed = { ...made, metadata: { ...made.metadata, labels: { a: "b" } }, spec: { shape: "square" } };
  const next = await harness.client.resource(widgets).update(changed, { subresource: "shape" });
  assert.deepEqual([next.spec.shape, next.spec.parts, next.metadata.labels], ["square", made.spec.parts, undefined]);
});

test("its controller works, and its selectable fields are known", async () => {
  await harness.addNamespace("work");
  await create("work", "one");
  await harness.until(widgets, { name: "one", namespace: "work" }, ({ status }) => status?.size === 3);
  const own = harness.client.resource(widgets);
  const count = async (shape: string) =>
    (await own.list({ namespace: "work", fieldSelector: `spec.shape=${shape}` })).items.length;
  assert.deepEqual([await count("round"), await count("square")], [1, 0]);
});

test("what it owns goes with it, and it goes with its namespace", async () => {
  await harness.addNamespace("going");
  await create("going", "one");
  await create("going", "two");
  const hasOne = (objects: readonly { metadata: { name: string } }[]) =>
    objects.some(({ metadata }) => metadata.name === "one");
  await harness.untilAll(resources.configmaps, "going", hasOne);
  await harness.client.resource(widgets).delete("one", { namespace: "going" });
  await harness.untilAll(resources.configmaps, "going", (objects) => !hasOne(objects));
  await harness.client.resource(resources.namespaces).delete("going");
  await harness.untilAll(
    resources.namespaces,
    undefined,
    (all) => !all.some(({ metadata }) => metadata.name === "going"),
  );
  assert.deepEqual((await harness.client.resource(widgets).list({ namespace: "going" })).items, []);
});

test("a quota counts it, admission by the request and the controller by what is there", async () => {
  await harness.addNamespace("counted");
  const hard = { "count/widgets.example.dev": "1" };
  const metadata = { name: "q", namespace: "counted" };
  await harness.client.resource(resources.resourcequotas).create({ metadata, spec: { hard } });
  const used = (amount: string) =>
    harness.until(
      resources.resourcequotas,
      metadata,
      ({ status }) => status?.used?.["count/widgets.example.dev"] === amount,
    );
  await used("0");
  await create("counted", "one");
  await assert.rejects(create("counted", "two"), isForbidden);
  await harness.client.resource(widgets).delete("one", { namespace: "counted" });
  await used("0");
});

test("who may edit a namespace may write it, who may view one may read it", async () => {
  const granted = async (to: string) => {
    const name = `system:aggregate-to-${to}:widgets.example.dev`;
    const { metadata, rules: own } = await harness.client.resource(resources.clusterroles).get(name);
    assert.equal(metadata.labels?.[`rbac.authorization.k8s.io/aggregate-to-${to}`], "true");
    return own?.map(({ verbs, resources: names }) => [verbs.join(), names?.join()]);
  };
  assert.deepEqual(await granted("view"), [["get,list,watch", "widgets,widgets/shape,widgets/status"]]);
  assert.deepEqual(await granted("edit"), [["create,delete,deletecollection,patch,update", "widgets"]]);
});

test("policies judge it, and their expressions are checked against its fields", async () => {
  const name = "widgets";
  const resourceRules = [
    { apiGroups: ["example.dev"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["widgets"] },
  ];
  const validations = [{ expression: "object.spec.nothing == 1" }];
  const policies = harness.client.resource(resources.validatingadmissionpolicies);
  await policies.create({ metadata: { name }, spec: { matchConstraints: { resourceRules }, validations } } as never);
  const checked = await harness.until(
    resources.validatingadmissionpolicies,
    { name },
    ({ status }) => status?.observedGeneration === 1,
  );
  const [warning] = checked.status?.typeChecking?.expressionWarnings ?? [];
  assert.match(warning?.warning ?? "", /^example.dev\/v1, Kind=Widget: ERROR: .*undefined field 'nothing'/);
});
