/** Dialogues: what each party asks, and who owns what then. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { appsv1, corev1, type KubernetesObject } from "../../api/mod.ts";
import { type ApplyResult, applyPatch } from "./apply.ts";
import { conflictStatus } from "./conflict-status.ts";
import { pathsOf } from "./field-set.ts";
import { resetStatus } from "./ignored-fields.ts";
import { isVersionOf } from "./known-versions.ts";
import { updateManagedFields } from "./managed-fields.ts";
import { readManagers } from "./managers.ts";
import { printPath } from "./path-element.ts";
import { rulesFromJsonSchema } from "./rules-from-json-schema.ts";
import { rulesFromSchema } from "./rules-from-schema.ts";
import type { JsonObject } from "./type-rules.ts";

const configMap = rulesFromSchema(corev1.configMap);
const deployment = rulesFromSchema(appsv1.deployment);
const now = "2026-01-01T00:00:00Z";

function configOf(data: Record<string, string>, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", ...metadata }, data };
}

interface Ask {
  readonly manager: string;
  readonly force?: boolean;
  readonly now?: string;
}

function apply(live: KubernetesObject | undefined, patch: JsonObject, ask: Ask): ApplyResult {
  const rules = patch["kind"] === "ConfigMap" ? configMap : deployment;
  return applyPatch({ rules, ...(live && { live }), patch, force: false, now, ...ask });
}

function applied(result: ApplyResult): KubernetesObject {
  assert.equal(result.outcome, "applied");
  return (result as ApplyResult & { outcome: "applied" }).object;
}

function owners(object: KubernetesObject): string[] {
  return [...readManagers(object.metadata.managedFields)!.values()].map((entry) => {
    const paths = [...pathsOf(entry.fields)].map(printPath).join(" ");
    return `${entry.manager} ${entry.operation}: ${paths}`;
  });
}

function updated(old: KubernetesObject | undefined, object: JsonObject, manager: string, at = now): KubernetesObject {
  const rules = object["kind"] === "ConfigMap" ? configMap : deployment;
  const next = object as unknown as KubernetesObject;
  const entries = updateManagedFields({
    rules,
    ...(old && { old }),
    object: next,
    manager,
    apiVersion: next.apiVersion,
    now: at,
  });
  return { ...next, metadata: { ...next.metadata, ...(entries && { managedFields: entries }) } };
}

test("an applier owns what it names and takes away what it no longer names", () => {
  const first = applied(apply(undefined, configOf({ a: "1", b: "1" }), { manager: "one" }));
  assert.deepEqual(owners(first), ["one Apply: .data.a .data.b"]);
  const second = applied(apply(first, configOf({ a: "1" }), { manager: "one" }));
  assert.deepEqual((second as corev1.ConfigMap).data, { a: "1" });
  assert.deepEqual(owners(second), ["one Apply: .data.a"]);
});

test("a field may be called what every object has", () => {
  const data = JSON.parse('{"__proto__":"x","a":"1","constructor":"y"}') as Record<string, string>;
  const first = applied(apply(undefined, configOf(data), { manager: "one" }));
  assert.deepEqual(Object.entries((first as corev1.ConfigMap).data!), Object.entries(data));
  assert.deepEqual(owners(first), ["one Apply: .data.__proto__ .data.a .data.constructor"]);
  const { a: _, ...rest } = data;
  const second = applied(apply(first, configOf(rest), { manager: "one" }));
  assert.deepEqual(Object.keys((second as corev1.ConfigMap).data!), ["__proto__", "constructor"]);
});

test("an object keeps its identity when its applier takes away the rest of its metadata", () => {
  const first = applied(apply(undefined, configOf({}, { finalizers: ["a/b"] }), { manager: "one" }));
  const second = applied(apply(first, configOf({ a: "1" }), { manager: "one" }));
  assert.equal(second.metadata.name, "c");
  assert.equal(second.metadata.finalizers?.length ?? 0, 0);
});

test("a value of another applier is a conflict, the same value is shared, force takes it", () => {
  const live = applied(apply(undefined, configOf({ a: "1" }), { manager: "one" }));
  const refused = apply(live, configOf({ a: "2" }), { manager: "two" });
  assert.equal(refused.outcome, "conflict");
  const status = conflictStatus((refused as ApplyResult & { outcome: "conflict" }).conflicts);
  assert.equal(status.message, 'Apply failed with 1 conflict: conflict with "one": .data.a');
  assert.equal(status.details?.causes?.[0]?.reason, "FieldManagerConflict");
  assert.deepEqual(owners(applied(apply(live, configOf({ a: "1" }), { manager: "two" }))), [
    "two Apply: .data.a",
    "one Apply: .data.a",
  ]);
  const forced = applied(apply(live, configOf({ a: "2" }), { manager: "two", force: true }));
  assert.deepEqual(owners(forced), ["two Apply: .data.a"]);
});

test("what two appliers own stays when one of them lets go", () => {
  const one = applied(apply(undefined, configOf({ a: "1", b: "1" }), { manager: "one" }));
  const two = applied(apply(one, configOf({ b: "1" }), { manager: "two" }));
  const left = applied(apply(two, configOf({ a: "1" }), { manager: "one" }));
  assert.deepEqual((left as corev1.ConfigMap).data, { a: "1", b: "1" });
});

test("an apply that changes nothing keeps the very list of managed fields", () => {
  const live = applied(apply(undefined, configOf({ a: "1" }), { manager: "one" }));
  const result = apply(live, configOf({ a: "1" }), { manager: "one", now: "2027-01-01T00:00:00Z" });
  assert.equal(result.outcome === "applied" && result.changed, false);
  assert.equal(applied(result).metadata.managedFields, live.metadata.managedFields);
});

test("an updater owns what it changed, and the owner before loses it", () => {
  const live = applied(apply(undefined, configOf({ a: "1", b: "1" }), { manager: "one" }));
  const next = updated(live, configOf({ a: "2", b: "1" }), "curl");
  assert.deepEqual(owners(next), ["one Apply: .data.b", "curl Update: .data.a"]);
  const conflict = apply(next, configOf({ a: "1", b: "1" }), { manager: "one" });
  assert.equal(
    conflict.outcome === "conflict" && conflictStatus(conflict.conflicts).message,
    'Apply failed with 1 conflict: conflict with "curl" using v1: .data.a',
  );
});

test("an update without a change keeps the very list of managed fields", () => {
  const live = updated(undefined, configOf({ a: "1" }), "curl");
  assert.deepEqual(owners(live), ["curl Update: .data .data.a"]);
  const same = updateManagedFields({
    rules: configMap,
    old: live,
    object: { ...live, metadata: { ...live.metadata } },
    manager: "kubectl",
    apiVersion: "v1",
    now: "2027-01-01T00:00:00Z",
  });
  assert.equal(same, live.metadata.managedFields);
});

test("a label may be called as what every object has: who adds it owns it, and who had it loses it", () => {
  const labelled = (labels: JsonObject) => configOf({ a: "1" }, { labels });
  const live = updated(undefined, labelled({ a: "b" }), "one");
  const next = updated(live, labelled({ a: "b", constructor: "c" }), "two");
  assert.deepEqual(owners(next)[1], "two Update: .metadata.labels.constructor");
  assert.equal(owners(updated(next, labelled({ a: "b" }), "three")).length, 1);
});

test("an update that changes what its sender owns already keeps the set of it, and shares it with others", () => {
  const fieldsOf = (object: KubernetesObject) => object.metadata.managedFields![0]!.fieldsV1;
  const live = updated(undefined, configOf({ a: "1" }), "curl");
  assert.equal(fieldsOf(updated(undefined, configOf({ a: "3" }), "curl")), fieldsOf(live));
  assert.equal(fieldsOf(updated(live, configOf({ a: "2" }), "curl")), fieldsOf(live));
});

test("managed fields that come back as they are stored are the stored ones", () => {
  const stored = updated(undefined, configOf({ a: "1" }), "curl");
  const sent = JSON.parse(JSON.stringify(stored)) as corev1.ConfigMap;
  const next = updated(stored, { ...sent, data: { a: "1", b: "1" } } as unknown as JsonObject, "kubectl");
  assert.equal(next.metadata.managedFields![0], stored.metadata.managedFields![0]);
  assert.equal(next.metadata.managedFields!.length, 2);
});

test("items of keyed lists are owned one by one, with defaults in their keys", () => {
  const ports = (...list: JsonObject[]): JsonObject => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "d" },
    spec: { template: { spec: { containers: [{ name: "c", ports: list }] } } },
  });
  const live = applied(apply(undefined, ports({ containerPort: 80 }), { manager: "one" }));
  const key = '.spec.template.spec.containers[name="c"].ports[containerPort=80,protocol="TCP"]';
  assert.ok(owners(live)[0]!.includes(key));
  const both = applied(
    apply(live, ports({ containerPort: 80, protocol: "UDP" }), { manager: "two" }),
  ) as appsv1.Deployment;
  assert.equal(both.spec.template.spec!.containers[0]!.ports!.length, 2);
});

test("a merged list keeps the live order and takes the applier's own order", () => {
  const of = (...names: string[]): JsonObject => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "d" },
    spec: { template: { spec: { containers: names.map((name) => ({ name })) } } },
  });
  const live = applied(apply(undefined, of("a", "b", "c"), { manager: "one" }));
  const next = applied(apply(live, of("c", "x", "a"), { manager: "two", force: true })) as appsv1.Deployment;
  assert.deepEqual(
    next.spec.template.spec!.containers.map((container) => container.name),
    ["b", "c", "x", "a"],
  );
});

test("what an endpoint leaves alone is neither changed nor owned", () => {
  const patch = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "d" },
    spec: { replicas: 1 },
    status: { replicas: 3 },
  };
  const result = applyPatch({ rules: deployment, patch, manager: "one", force: false, now, reset: resetStatus });
  const object = applied(result);
  assert.deepEqual(owners(object), ["one Apply: .spec.replicas"]);
  assert.equal("status" in object, false);
});

test("a configuration of the wrong shape is malformed", () => {
  const patch = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" }, data: { a: 1 }, foo: 2 };
  const result = apply(undefined, patch, { manager: "one" });
  assert.deepEqual(result.outcome === "malformed" && result.problems, [
    ".data.a: expected string, got &value.valueUnstructured{Value:1}",
    ".foo: field not declared in schema",
  ]);
});

test("the first apply by kubectl takes over from client-side apply without a conflict", () => {
  const last = JSON.stringify(configOf({ a: "1" }));
  const annotations = { "kubectl.kubernetes.io/last-applied-configuration": last };
  const live = updated(undefined, configOf({ a: "1" }, { annotations }), "kubectl-client-side-apply");
  const next = applied(apply(live, configOf({ a: "2" }), { manager: "kubectl" })) as corev1.ConfigMap;
  assert.equal(next.data!["a"], "2");
  const kept = next.metadata.annotations!["kubectl.kubernetes.io/last-applied-configuration"]!;
  assert.equal(JSON.parse(kept).data.a, "2");
});

test("an untracked object is taken as made before the first apply", () => {
  const live = configOf({ a: "1" }) as unknown as KubernetesObject;
  const next = applied(apply(live, configOf({ b: "1" }), { manager: "one" }));
  assert.deepEqual(owners(next), ["one Apply: .data.b", "before-first-apply Update: .data .data.a"]);
});

test("an empty list, or one empty entry, makes a server forget all owners of an object that it has", () => {
  const live = updated(undefined, configOf({ a: "1" }), "curl");
  for (const managedFields of [[], [{}]]) {
    const object = configOf({ a: "1" }, { managedFields }) as unknown as KubernetesObject;
    const asked = { rules: configMap, object, manager: "curl", apiVersion: "v1", now };
    assert.equal(updateManagedFields({ ...asked, old: live }), undefined);
    assert.equal(updateManagedFields(asked)?.[0]?.manager, "curl");
  }
});

test("what a client says is owned in a version that the kind never had is owned by nobody", () => {
  const live = updated(undefined, configOf({ a: "1" }), "curl");
  const entry = { manager: "m", operation: "Apply", fieldsType: "FieldsV1", fieldsV1: { "f:data": { "f:a": {} } } };
  const managedFields = [
    { ...entry, apiVersion: "v0" },
    { ...entry, manager: "n", apiVersion: "v1" },
  ];
  const object = configOf({ a: "1" }, { managedFields }) as unknown as KubernetesObject;
  const isVersion = (apiVersion: string) => isVersionOf("", apiVersion);
  const asked = { rules: configMap, old: live, manager: "curl", apiVersion: "v1", isVersion, now };
  assert.deepEqual(
    updateManagedFields({ ...asked, object })?.map(({ manager }) => manager),
    ["n"],
  );
  const none = configOf({ a: "1" }, { managedFields: [managedFields[0]!] }) as unknown as KubernetesObject;
  assert.equal(updateManagedFields({ ...asked, object: none }), undefined);
});

test("versions that a group once had are versions still, also those of the group that a kind was in", () => {
  assert.ok(isVersionOf("apps", "apps/v1beta2"));
  assert.ok(isVersionOf("apps", "extensions/v1beta1"));
  assert.ok(isVersionOf("", "events.k8s.io/v1"));
  assert.ok(isVersionOf("example.com", "example.com/v7"));
  assert.ok(!isVersionOf("apps", "apps/v2"));
  assert.ok(!isVersionOf("apps", "v1"));
});

test("a null is a value: it is kept where nothing was, and refused in the place of another's value", () => {
  const patch = configOf({ a: null as unknown as string }, { labels: { b: null } });
  const made = applied(apply(undefined, patch, { manager: "one" }));
  assert.deepEqual([(made as corev1.ConfigMap).data, made.metadata.labels], [{ a: null }, { b: null }]);
  const live = updated(undefined, configOf({ a: "1" }), "curl");
  assert.equal(apply(live, patch, { manager: "one" }).outcome, "conflict");
  const taken = applied(apply(live, patch, { manager: "one", force: true }));
  assert.deepEqual(owners(taken), ["one Apply: .data.a .metadata.labels.b", "curl Update: .data"]);
});

test("metadata that names nothing is owned by nobody", () => {
  const live = updated(undefined, configOf({ a: "1" }), "curl");
  const patch = { apiVersion: "v1", kind: "ConfigMap", metadata: {} };
  assert.deepEqual(owners(applied(apply(live, patch, { manager: "one" }))), ["curl Update: .data .data.a"]);
});

test("of fields that a type has not the first is told, and of items that cannot be told apart as well", () => {
  const problemsOf = (metadata: JsonObject) => {
    const result = apply(undefined, configOf({}, metadata), { manager: "one" });
    return result.outcome === "malformed" ? result.problems : [];
  };
  assert.deepEqual(problemsOf({ more: 1, less: 1 }), [".metadata.more: field not declared in schema"]);
  const element = ".metadata.finalizers: element 1: associative list without keys has an element that's";
  assert.deepEqual(problemsOf({ finalizers: ["a/b", null] }), [`${element} an explicit null`]);
  assert.deepEqual(problemsOf({ finalizers: ["a/b", {}] }), [`${element} a map type`]);
});

test("more than ten updaters fold into one, oldest first", () => {
  let live = updated(undefined, configOf({}), "zero");
  for (let i = 0; i < 14; i++) {
    const data = { ...(live as corev1.ConfigMap).data, [`k${i}`]: "v" };
    live = updated(live, configOf(data), `m${i}`, `2026-01-01T00:00:${String(i).padStart(2, "0")}Z`);
  }
  const entries = live.metadata.managedFields!;
  assert.equal(entries.length, 10);
  assert.equal(entries[0]!.manager, "ancient-changes");
  assert.ok("f:k4" in (entries[0]!.fieldsV1 as { "f:data": object })["f:data"]);
});

test("an owner without a name stays so", () => {
  const nameless = {
    operation: "Update",
    apiVersion: "v1",
    fieldsType: "FieldsV1",
    fieldsV1: { "f:data": { "f:a": {}, "f:b": {} } },
  };
  const live = configOf({ a: "1", b: "2" }, { managedFields: [nameless] }) as unknown as KubernetesObject;
  const after = updated(live, configOf({ a: "1", b: "3" }), "other");
  assert.deepEqual(after.metadata.managedFields?.[0], { ...nameless, fieldsV1: { "f:data": { "f:a": {} } } });
});

test("custom resources merge as their schema says", () => {
  const rules = rulesFromJsonSchema({
    type: "object",
    properties: {
      spec: {
        type: "object",
        properties: {
          tags: { type: "array", "x-kubernetes-list-type": "set", items: { type: "string" } },
          plain: { type: "array", items: { type: "string" } },
          free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        },
      },
    },
  });
  const of = (spec: JsonObject): JsonObject => ({ apiVersion: "a.b/v1", kind: "C", metadata: { name: "c" }, spec });
  const ask = { rules, force: true, now };
  const live = applied(
    applyPatch({ ...ask, patch: of({ tags: ["a"], plain: ["a"], free: { x: { y: 1 } } }), manager: "one" }),
  );
  const patch = of({ tags: ["b"], plain: ["b"], free: { x: { z: 1 } } });
  const next = applied(applyPatch({ ...ask, live, patch, manager: "two" })) as KubernetesObject & { spec: JsonObject };
  assert.deepEqual(next.spec, { tags: ["a", "b"], plain: ["b"], free: { x: { y: 1, z: 1 } } });
});
