/** The four patches. An input is a JSON document: the first half of its bytes' sum says which patch it is. */
import {
  appsv1,
  corev1,
  DecodeError,
  decodeIfClean,
  isStatusError,
  type KubernetesObject,
} from "../../../src/api/mod.ts";
import { applyPatch } from "../../../src/apiserver/apply/apply.ts";
import { updateManagedFields } from "../../../src/apiserver/apply/managed-fields.ts";
import { rulesFromSchema } from "../../../src/apiserver/apply/rules-from-schema.ts";
import type { JsonObject } from "../../../src/apiserver/apply/type-rules.ts";
import { jsonPatch } from "../../../src/apiserver/patch/json-patch.ts";
import { mergePatch } from "../../../src/apiserver/patch/merge-patch.ts";
import { PatchError } from "../../../src/apiserver/patch/patch-error.ts";
import { strategicMergePatch } from "../../../src/apiserver/patch/strategic-merge-patch.ts";
import { type FuzzTarget, same } from "../target.ts";
import { configMap, deployment, pod, wordsOf } from "./documents.ts";

const now = "2026-01-01T00:00:00Z";
const rules = { Pod: rulesFromSchema(corev1.pod), Deployment: rulesFromSchema(appsv1.deployment) };
type Name = keyof typeof rules;

function owned(object: object, name: Name): KubernetesObject {
  const live = structuredClone(object) as KubernetesObject;
  const entries = updateManagedFields({
    rules: rules[name],
    object: live,
    manager: "first",
    apiVersion: live.apiVersion,
    now,
  });
  if (entries) live.metadata.managedFields = entries;
  return deepFreeze(live);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}

const lives: Readonly<Record<Name, KubernetesObject>> = {
  Pod: owned(pod, "Pod"),
  Deployment: owned(deployment, "Deployment"),
};

const operations = [
  { op: "replace", path: "/spec/containers/0/image", value: "x" },
  { op: "add", path: "/spec/containers/-", value: { name: "b" } },
  { op: "remove", path: "/metadata/labels/example.com~1tier" },
  { op: "move", from: "/spec/volumes/0", path: "/spec/volumes/1" },
  { op: "copy", from: "/spec", path: "/metadata/annotations/copy" },
  { op: "test", path: "/kind", value: "Pod" },
];
const strategic = {
  metadata: { $patch: "merge", labels: { $retainKeys: ["app"], app: "x" } },
  spec: {
    "$setElementOrder/containers": [{ name: "main" }, { name: "b" }],
    containers: [
      { name: "b", image: "y" },
      { name: "main", $patch: "delete" },
    ],
    "$deleteFromPrimitiveList/finalizers": ["a"],
    $retainKeys: ["containers"],
    volumes: [{ $patch: "replace" }, { name: "data", hostPath: { path: "/" } }],
  },
};
const directives = [
  "$patch",
  "$retainKeys",
  "$setElementOrder/containers",
  "$deleteFromPrimitiveList/args",
  "delete",
  "replace",
];
const pointers = [
  "/spec/containers/0",
  "/-",
  "/~0~1",
  "/spec/-1",
  "",
  "/",
  "/spec/containers/99999999999",
  "/__proto__/x",
];

export const patch: FuzzTarget = {
  name: "patch",
  seeds: [operations, strategic, pod, deployment, configMap, { spec: null }, []].map((value) => JSON.stringify(value)),
  dictionary: [...directives, ...pointers, ...wordsOf(operations, strategic, pod)],
  isJson: true,
  run(input, random) {
    const value: unknown = JSON.parse(input.toString());
    const name = random.pick(["Pod", "Deployment"] as const);
    const live = lives[name] as unknown as JsonObject;
    const schema = name === "Pod" ? corev1.pod : appsv1.deployment;
    const way = Array.isArray(value) ? "json" : random.pick(["merge", "strategic", "apply", "json"] as const);
    if (way === "json") decodeIfClean(schema as never, structuredClone(jsonPatch(live, value)));
    else if (way === "apply") apply(name, value as JsonObject, random.chance(0.5));
    else {
      const change = (from: JsonObject) =>
        way === "merge" ? mergePatch(from, value) : strategicMergePatch(rules[name], from, value);
      const once = change(live);
      // A merge patch says how things shall be: said twice it changes nothing more.
      if (way === "merge") same(change(once), once, "a merge patch is not idempotent");
      decodeIfClean(schema as never, structuredClone(once));
    }
    if ("polluted" in {}) throw new Error("a patch has reached the prototype of all objects");
  },
  isExpected: (error) =>
    error instanceof PatchError || error instanceof DecodeError || error instanceof SyntaxError || isStatusError(error),
};

function apply(name: Name, value: JsonObject, force: boolean): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  const request = { rules: rules[name], patch: value, manager: "second", force, now };
  const first = applyPatch({ ...request, live: lives[name] });
  if (first.outcome !== "applied") return;
  const second = applyPatch({ ...request, live: first.object });
  if (second.outcome !== "applied") throw new Error(`an apply that went through is ${second.outcome} the second time`);
  same({ ...second.object, metadata: null }, { ...first.object, metadata: null }, "an apply is not idempotent");
}
