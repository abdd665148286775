import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRequest } from "./request-info.ts";

function read(method: string, target: string): string {
  const { resource } = parseRequest(method, target);
  if (!resource) return "path";
  const { verb, group, version, resource: name, subresource, namespace, name: object, rest } = resource;
  return [verb, `${group || "core"}/${version}`, name, subresource, namespace, object, rest].join(" ").trimEnd();
}

test("a path names group, version, namespace, resource, object and subresource", () => {
  assert.equal(read("GET", "/api/v1/namespaces/a/pods/b/log?follow=true"), "get core/v1 pods log a b");
  assert.equal(read("PUT", "/apis/apps/v1/namespaces/a/deployments/b/scale"), "update apps/v1 deployments scale a b");
  assert.equal(
    read("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles"),
    "create rbac.authorization.k8s.io/v1 clusterroles",
  );
  assert.equal(read("GET", "/api/v1/nodes/n/proxy/a/b"), "get core/v1 nodes proxy  n a/b");
});

test("a namespace is an object of its own, and the place of others", () => {
  assert.equal(read("GET", "/api/v1/namespaces/a"), "get core/v1 namespaces  a a");
  assert.equal(read("PUT", "/api/v1/namespaces/a/finalize"), "update core/v1 namespaces finalize a a");
  assert.equal(read("GET", "/api/v1/namespaces"), "list core/v1 namespaces");
});

test("a watch is asked for by the query, or by the path as old clients do", () => {
  assert.equal(read("GET", "/api/v1/pods?watch=1"), "watch core/v1 pods");
  assert.equal(read("GET", "/api/v1/pods?watch=false"), "list core/v1 pods");
  assert.equal(read("GET", "/api/v1/watch/namespaces/a/pods/b"), "watch core/v1 pods  a b");
});

test("a delete without a name is one of the whole collection", () => {
  assert.equal(read("DELETE", "/api/v1/namespaces/a/pods"), "deletecollection core/v1 pods  a");
});

test("what is no resource is a path", () => {
  for (const target of ["/", "/api", "/api/v1", "/apis/apps/v1", "/healthz", "/api/v1/pods/%zz"])
    assert.equal(read("GET", target), "path");
});

test("escapes in names are resolved", () => {
  assert.equal(
    read("GET", "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode"),
    "get rbac.authorization.k8s.io/v1 clusterroles   system:node",
  );
});
