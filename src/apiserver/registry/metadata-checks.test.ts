import assert from "node:assert/strict";
import { test } from "node:test";
import { invalid } from "../validation/field-error.ts";
import { field } from "../validation/field-path.ts";
import { asOftenAsFound, metadataRules } from "./metadata-checks.ts";

const kindOf = (name: string, isCustom = false) => {
  const [resource = "", ...group] = name.split(".");
  return { info: { resource, group: group.join("."), namespaced: true }, strategy: { isCustom } };
};
const at = (name: string) => invalid(field("metadata", name), "x", "wrong");
const timesOf = (name: string, error: string, isCustom = false) =>
  asOftenAsFound([at(error)], kindOf(name, isCustom)).length;

test("a wrong label is told as often as the kind looks at metadata, a wrong finalizer only where it looks at the whole", () => {
  const found = [
    "configmaps.",
    "deployments.apps",
    "limitranges.",
    "poddisruptionbudgets.policy",
    "persistentvolumes.",
  ].map((name) => ["labels", "finalizers", "uid", "finalizers[0]"].map((error) => timesOf(name, error)));
  assert.deepEqual(found, [
    [4, 2, 2, 2],
    [3, 1, 2, 1],
    [3, 2, 1, 1],
    [2, 1, 1, 0],
    [4, 3, 1, 2],
  ]);
  assert.equal(timesOf("things.example.com", "finalizers", true), 1);
});

test("leases, budgets, definitions and custom resources take finalizers without a domain", () => {
  assert.ok(metadataRules(kindOf("leases.coordination.k8s.io")).plainFinalizers);
  assert.ok(metadataRules(kindOf("validatingwebhookconfigurations.admissionregistration.k8s.io")).plainFinalizers);
  assert.ok(metadataRules(kindOf("things.example.com", true)).plainFinalizers);
  assert.ok(!metadataRules(kindOf("configmaps.")).plainFinalizers);
});
