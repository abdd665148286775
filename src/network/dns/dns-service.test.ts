import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../api/mod.ts";
import { dnsAnnotation } from "./announcement.ts";
import { dnsService, dnsSlice } from "./dns-service.ts";

const service = { metadata: { name: "kube-dns", namespace: "kube-system", uid: "u" } } as unknown as corev1.Service;

function node(name: string, options: { readonly port?: string; readonly ready?: boolean }): corev1.Node {
  return {
    metadata: { name, uid: name, ...(options.port && { annotations: { [dnsAnnotation]: options.port } }) },
    status: {
      addresses: [{ type: "InternalIP", address: `172.30.0.${name.length}` }],
      conditions: [{ type: "Ready", status: options.ready === false ? "Unknown" : "True" }],
    },
  } as unknown as corev1.Node;
}

test("the DNS Service leads to the nodes that serve DNS, each hinted to itself", () => {
  const slice = dnsSlice(service, [node("bb", { port: "53" }), node("a", { port: "53" }), node("simulated", {})]);
  const found = slice.endpoints?.map(({ addresses, hints, nodeName }) => [
    addresses[0],
    hints?.forNodes?.[0]?.name,
    nodeName,
  ]);
  assert.deepEqual(found, [
    ["172.30.0.1", "a", "a"],
    ["172.30.0.2", "bb", "bb"],
  ]);
  assert.deepEqual(
    slice.ports?.map(({ name, port }) => [name, port]),
    [
      ["dns", 53],
      ["dns-tcp", 53],
    ],
  );
});

test("a node that is not ready takes no questions", () => {
  const slice = dnsSlice(service, [node("a", { port: "53", ready: false })]);
  assert.equal(slice.endpoints?.[0]?.conditions?.ready, false);
});

test("with no node the slice is there and empty", () => {
  const { endpoints, ports } = dnsSlice(service, []);
  assert.deepEqual([endpoints, ports], [[], []]);
});

test("the Service has the names that monitoring and charts look for", () => {
  const { metadata, spec } = dnsService("10.96.0.10");
  assert.deepEqual(
    [metadata?.name, metadata?.namespace, metadata?.labels?.["k8s-app"]],
    ["kube-dns", "kube-system", "kube-dns"],
  );
  assert.deepEqual(
    spec.ports?.map(({ name, port }) => `${name} ${port}`),
    ["dns 53", "dns-tcp 53", "metrics 9153"],
  );
});
