import assert from "node:assert/strict";
import { test } from "node:test";
import { corev1 } from "../../api/mod.ts";
import { rulesFromSchema } from "../apply/rules-from-schema.ts";
import type { JsonObject } from "../apply/type-rules.ts";
import { jsonPatch } from "./json-patch.ts";
import { mergePatch } from "./merge-patch.ts";
import { PatchError } from "./patch-error.ts";
import { strategicMergePatch } from "./strategic-merge-patch.ts";

const refused = (code: string, message?: RegExp) => (error: unknown) =>
  error instanceof PatchError && error.code === code && (message?.test(error.message) ?? true);

/** Of the processor: a test that does not wait is never stopped by its timeout. */
const tenSeconds = 10_000_000;

test("a merge patch replaces lists, merges objects and removes by null, without changing the original", () => {
  const original = Object.freeze({ a: { b: 1, c: [1] }, d: 2 });
  assert.deepEqual(mergePatch(original, { a: { b: null, c: [2], e: { f: null } }, d: null }), { a: { c: [2], e: {} } });
  assert.throws(() => mergePatch({}, []), refused("BadRequest", /cannot unmarshal array/));
  assert.throws(() => mergePatch({}, null), refused("BadRequest", /^Invalid JSON Patch$/));
});

test("a member may be called what every object has, whichever patch adds it or takes it away", () => {
  const object = (text: string): JsonObject => JSON.parse(text);
  const [empty, full] = [object('{"data":{}}'), object('{"data":{"__proto__":"x","constructor":"y"}}')];
  const added = full;
  const removed = object('{"data":{"__proto__":null,"constructor":null}}');
  const rules = rulesFromSchema(corev1.configMap);
  for (const merge of [mergePatch, (one: JsonObject, other: JsonObject) => strategicMergePatch(rules, one, other)]) {
    assert.equal(JSON.stringify(merge(empty, added)), JSON.stringify(full));
    assert.equal(JSON.stringify(merge(full, removed)), JSON.stringify(empty));
  }
  const nested = object('{"__proto__":{"a":{"b":1}},"constructor":{"a":1}}');
  assert.equal(JSON.stringify(mergePatch({}, nested)), JSON.stringify(nested));
});

test("a JSON patch applies its operations in order", () => {
  const patch = [
    { op: "test", path: "/a/0", value: 1 },
    { op: "add", path: "/a/-", value: 3 },
    { op: "replace", path: "/b~1c", value: "x" },
    { op: "move", from: "/d", path: "/e" },
    { op: "copy", from: "/e", path: "/f" },
    { op: "remove", path: "/a/0" },
    { op: "replace", path: "/new", value: 1 },
  ];
  const patched = { a: [2, 3], "b/c": "x", e: true, f: true, new: 1 };
  assert.deepEqual(jsonPatch({ a: [1, 2], "b/c": 0, d: true }, patch), patched);
});

test("a JSON patch that does not fit is unprocessable", () => {
  for (const operation of [
    { op: "test", path: "/a", value: 2 },
    { op: "remove", path: "/z" },
    { op: "add", path: "/z/y", value: 1 },
    { op: "add", path: "/l/5", value: 1 },
    { op: "replace", path: "/z/y", value: 1 },
    { op: "replace", path: "/l/0", value: 1 },
    { op: "nope", path: "/a" },
    ...["constructor", "toString", "valueOf", "__proto__", "__defineGetter__"].map((op) => ({ op, path: "/a" })),
    { op: "add", path: "a", value: 1 },
    { op: "add" },
  ])
    assert.throws(() => jsonPatch({ a: 1, l: [] }, [operation]), refused("Unprocessable"), JSON.stringify(operation));
});

test("a JSON patch has at most 10000 operations", () => {
  const operations = Array.from({ length: 10_001 }, () => ({ op: "test", path: "/a", value: 1 }));
  assert.throws(() => jsonPatch({ a: 1 }, operations), refused("RequestEntityTooLarge", /got 10001/));
});

const pod = rulesFromSchema(corev1.pod);
const container = (...env: string[]) => ({ name: "c", env: env.map((name) => ({ name, value: "1" })) });
const podOf = (...env: string[]): JsonObject => ({ spec: { containers: [container(...env)] } });
const patched = (original: JsonObject, change: JsonObject): string[] => {
  const result = strategicMergePatch(pod, original, {
    spec: { containers: [{ name: "c", ...change }] },
  }) as unknown as corev1.Pod;
  return result.spec.containers[0]!.env!.map(({ name, value }) => `${name}=${value}`);
};

test("a strategic merge patch finds the items of long lists at once", () => {
  const before = process.cpuUsage();
  const names = Array.from({ length: 20_000 }, (_, index) => `N${index}`);
  const env = names.toReversed().map((name) => ({ name, value: "2" }));
  const order = { "$setElementOrder/env": names.map((name) => ({ name })) };
  assert.deepEqual(
    patched(podOf(...names), { env }),
    names.toReversed().map((name) => `${name}=2`),
  );
  assert.deepEqual(
    patched(podOf(...names), { env: env.toReversed(), ...order }),
    names.map((name) => `${name}=2`),
  );
  const deleted = names.slice(1).map((name) => ({ name, $patch: "delete" }));
  assert.deepEqual(patched(podOf(...names), { env: deleted }), ["N0=1"]);
  const finalizers = { metadata: { finalizers: names } };
  assert.deepEqual(strategicMergePatch(pod, finalizers, finalizers), finalizers);
  assert.ok(process.cpuUsage(before).user < tenSeconds);
});

test("a strategic merge patch merges lists by key and puts new items first", () => {
  assert.deepEqual(
    patched(podOf("A", "B"), {
      env: [
        { name: "C", value: "3" },
        { name: "A", value: "9" },
      ],
    }),
    ["C=3", "A=9", "B=1"],
  );
});

test("a strategic merge patch orders a list as $setElementOrder says", () => {
  const order = { "$setElementOrder/env": [{ name: "B" }, { name: "C" }, { name: "A" }] };
  assert.deepEqual(patched(podOf("A", "B"), { env: [{ name: "C", value: "3" }], ...order }), ["B=1", "C=3", "A=1"]);
  assert.deepEqual(patched(podOf("A", "B"), order), ["B=1", "A=1"]);
});

test("a strategic merge patch deletes and replaces by directive", () => {
  assert.deepEqual(patched(podOf("A", "B"), { env: [{ name: "A", $patch: "delete" }] }), ["B=1"]);
  assert.deepEqual(patched(podOf("A", "B"), { env: [{ name: "C", value: "3" }, { $patch: "replace" }] }), ["C=3"]);
  assert.deepEqual(strategicMergePatch(pod, podOf("A"), { spec: { $patch: "delete" } }), { spec: {} });
});

test("a strategic merge patch handles lists of scalars", () => {
  const original = { metadata: { finalizers: ["a/b", "a/c"] } };
  const patch = { metadata: { finalizers: ["a/d"], "$deleteFromPrimitiveList/finalizers": ["a/b"] } };
  assert.deepEqual(strategicMergePatch(pod, original, patch), { metadata: { finalizers: ["a/d", "a/c"] } });
});

test("a strategic merge patch keeps only retained keys", () => {
  const original = { spec: { volumes: [{ name: "v", emptyDir: {} }] } };
  const volumes = [{ name: "v", $retainKeys: ["name", "hostPath"], hostPath: { path: "/x" } }];
  assert.deepEqual(strategicMergePatch(pod, original, { spec: { volumes } }), {
    spec: { volumes: [{ name: "v", hostPath: { path: "/x" } }] },
  });
});

test("a strategic merge patch that contradicts itself or the type is refused", () => {
  const patch = (value: unknown) => () => strategicMergePatch(pod, podOf("A"), value);
  assert.throws(
    patch({ spec: { $patch: "foo" } }),
    refused("Plain", /^unknown patch type: foo in map: map\[\$patch:foo\]$/),
  );
  assert.throws(
    patch({ spec: { containers: [{ image: "x" }] } }),
    refused("Plain", /does not contain declared merge key: name$/),
  );
  assert.throws(patch({ spec: { containers: { x: 1 } } }), refused("Invalid", /cannot restore slice from map$/));
  assert.throws(patch({ spec: { $retainKeys: "x" } }), refused("BadRequest"));
  assert.throws(
    patch({ spec: { "$setElementOrder/containers": [{ name: "b" }], containers: [{ name: "c" }] } }),
    refused("Plain"),
  );
});

test("a strategic merge into a list of texts leaves each once, and takes nothing but texts", () => {
  const finalizers = (list: unknown[], change: unknown[]) => {
    const { metadata } = strategicMergePatch(
      pod,
      { metadata: { finalizers: list } },
      { metadata: { finalizers: change } },
    );
    return (metadata as JsonObject)["finalizers"];
  };
  assert.deepEqual(finalizers(["a", "a"], []), ["a"]);
  assert.deepEqual(finalizers(["a", "a"], ["b"]), ["b", "a"]);
  assert.throws(
    () => finalizers(["a"], [1]),
    refused("Plain", /^list element types are not identical: \[\[a\] \[1\]\]$/),
  );
  assert.throws(() => finalizers(["a"], ["b", null]), refused("Plain", /not identical/));
});
