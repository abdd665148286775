import assert from "node:assert/strict";
import { test } from "node:test";
import type { apiregistrationv1, corev1 } from "../api/mod.ts";
import { isForeign } from "./registration.ts";

const apiService = (service?: { name: string; namespace: string }) =>
  ({ spec: { group: "metrics.k8s.io", ...(service && { service }) } }) as apiregistrationv1.APIService;
const service = (spec: object) => ({ spec }) as corev1.Service;
const ours = { name: "metrics-server", namespace: "kube-system" };

test("the group is ours while nobody has it, and while it leads to our Service", () => {
  assert.equal(isForeign(undefined, undefined), false);
  assert.equal(isForeign(apiService(ours), service({ type: "ClusterIP" })), false);
});

test("the group is somebody's whose APIService leads elsewhere, or whose Service chooses pods", () => {
  assert.equal(isForeign(apiService({ ...ours, namespace: "monitoring" }), undefined), true);
  assert.equal(isForeign(apiService(), undefined), true);
  assert.equal(isForeign(apiService(ours), service({ selector: { "k8s-app": "metrics-server" } })), true);
});
