import assert from "node:assert/strict";
import { test } from "node:test";
import { formOf, metricsRequest } from "./request.ts";

const request = (path: string, query = "") =>
  metricsRequest(`/apis/metrics.k8s.io/v1beta1${path}`, new URLSearchParams(query));
const tableType = "application/json;as=Table;v=v1;g=meta.k8s.io";

test("paths name nodes, and pods of one namespace or of all", () => {
  const parts = (path: string) => {
    const { resource, namespace, name } = request(path)!;
    return [resource, namespace, name];
  };
  assert.deepEqual(parts("/nodes"), ["nodes", "", ""]);
  assert.deepEqual(parts("/nodes/one"), ["nodes", "", "one"]);
  assert.deepEqual(parts("/pods"), ["pods", "", ""]);
  assert.deepEqual(parts("/namespaces/shop/pods"), ["pods", "shop", ""]);
  assert.deepEqual(parts("/namespaces/shop/pods/web"), ["pods", "shop", "web"]);
  assert.equal(request(""), undefined);
});

test("what the group does not have is not found, and cannot be watched", () => {
  for (const path of ["/pods/web", "/services", "/namespaces/shop/nodes", "/nodes/one/status", "/namespaces/%/pods"])
    assert.throws(() => request(path), { code: 404 }, path);
  assert.throws(() => request("/nodes", "watch=true"), { code: 405 });
});

test("selectors that mean nothing are refused", () => {
  assert.throws(() => request("/pods", "fieldSelector=spec.nodeName=one"), /field label not supported: spec.nodeName/);
  assert.throws(() => request("/pods", "labelSelector=a in"), { code: 400 });
  assert.ok(request("/pods", "fieldSelector=metadata.namespace=shop"));
});

test("the first form that is known is taken; who takes binary alone gets nothing", () => {
  assert.deepEqual(formOf(undefined), { table: false, version: "v1" });
  assert.deepEqual(formOf(`${tableType},application/json`), { table: true, version: "v1" });
  assert.deepEqual(formOf("application/vnd.kubernetes.protobuf,application/json"), { table: false, version: "v1" });
  assert.equal(formOf("application/vnd.kubernetes.protobuf"), undefined);
});
