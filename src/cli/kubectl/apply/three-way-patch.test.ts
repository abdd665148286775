import assert from "node:assert/strict";
import { test } from "node:test";
import { corev1 } from "../../../api/mod.ts";
import { type JsonObject, threeWayPatch } from "./three-way-patch.ts";

/** Of what was applied and is applied now; the object has besides what `others` say. */
const podPatch = (original: JsonObject, modified: JsonObject, others: JsonObject = {}) =>
  threeWayPatch(corev1.pod, {
    original: { spec: original },
    modified: { spec: modified },
    current: { spec: { ...original, ...others } },
  });

test("nothing is changed where the object has all that is wanted", () => {
  const spec = { containers: [{ name: "a", image: "i" }] };
  assert.deepEqual(podPatch(spec, spec, { nodeName: "n" }), {});
  const defaulted = { containers: [{ name: "a", image: "i", imagePullPolicy: "Always" }] };
  assert.deepEqual(podPatch(spec, spec, defaulted), {});
});

test("what was applied once and is not any more goes; what others set stays", () => {
  assert.deepEqual(
    podPatch({ hostname: "h", nodeSelector: { a: "1", b: "2" } }, { nodeSelector: { b: "2" } }, { nodeName: "n" }),
    { spec: { hostname: null, nodeSelector: { a: null } } },
  );
});

test("containers are merged by their names, in the order that is wanted", () => {
  const patch = podPatch(
    {
      containers: [
        { name: "a", image: "1", args: ["x"] },
        { name: "b", image: "1" },
      ],
    },
    {
      containers: [
        { name: "c", image: "1" },
        { name: "a", image: "2" },
      ],
    },
  );
  assert.deepEqual(patch, {
    spec: {
      containers: [
        { $patch: "delete", name: "b" },
        { name: "c", image: "1" },
        { name: "a", image: "2", args: null },
      ],
      "$setElementOrder/containers": [{ name: "c" }, { name: "a" }],
    },
  });
});

test("another source of a volume replaces the one before", () => {
  const patch = podPatch(
    { volumes: [{ name: "v", emptyDir: {} }] },
    { volumes: [{ name: "v", hostPath: { path: "/x" } }] },
  );
  assert.deepEqual(patch["spec"], {
    volumes: [{ name: "v", emptyDir: null, hostPath: { path: "/x" }, $retainKeys: ["hostPath", "name"] }],
    "$setElementOrder/volumes": [{ name: "v" }],
  });
});

test("lists of texts that are merged lose what is gone", () => {
  const finalizers = (...values: readonly string[]) => ({ metadata: { finalizers: values } });
  const [original, modified] = [finalizers("a/1", "a/2"), finalizers("a/2", "a/3")];
  assert.deepEqual(threeWayPatch(corev1.pod, { original, modified, current: original }), {
    metadata: {
      "$deleteFromPrimitiveList/finalizers": ["a/1"],
      finalizers: ["a/3"],
      "$setElementOrder/finalizers": ["a/2", "a/3"],
    },
  });
});

test("of a type that is not known lists are replaced", () => {
  const [original, modified] = [{ spec: { items: [{ name: "a" }], x: 1 } }, { spec: { items: [{ name: "b" }] } }];
  assert.deepEqual(threeWayPatch(undefined, { original, modified, current: original }), {
    spec: { items: [{ name: "b" }], x: null },
  });
});
