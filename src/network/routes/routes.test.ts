import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../api/mod.ts";
import { desiredRoutes, presentRoutes, routeChanges, sameRoutes } from "./routes.ts";

function node(name: string, podCIDR: string | undefined, address: string): corev1.Node {
  return {
    metadata: { name },
    spec: podCIDR ? { podCIDR } : {},
    status: {
      addresses: [
        { type: "Hostname", address: name },
        { type: "InternalIP", address },
      ],
    },
  } as unknown as corev1.Node;
}

test("each other node that has a pod network and an address gets a route", () => {
  const nodes = [
    node("a", "10.244.0.0/24", "172.30.0.2"),
    node("b", "10.244.1.0/24", "172.30.0.3"),
    node("c", undefined, "172.30.0.4"),
    node("d", "fd00::/64", "172.30.0.5"),
    node("simulated", "10.244.2.0/24", "127.0.0.1"),
  ];
  assert.deepEqual(desiredRoutes(nodes, "a"), new Map([["10.244.1.0/24", "172.30.0.3"]]));
  assert.equal(desiredRoutes(nodes, undefined).size, 2);
});

test("only what differs is changed", () => {
  const present = presentRoutes([
    { dst: "10.244.1.0/24", gateway: "172.30.0.3" },
    { dst: "10.244.2.0/24", gateway: "172.30.0.4" },
    { dst: "10.244.3.0/24", gateway: "172.30.0.5" },
  ]);
  const desired = new Map([
    ["10.244.1.0/24", "172.30.0.3"],
    ["10.244.2.0/24", "172.30.0.9"],
    ["10.244.4.0/24", "172.30.0.6"],
  ]);
  assert.deepEqual(routeChanges(present, desired), [
    "route delete 10.244.3.0/24 proto 187",
    "route replace 10.244.2.0/24 via 172.30.0.9 proto 187",
    "route replace 10.244.4.0/24 via 172.30.0.6 proto 187",
  ]);
  assert.deepEqual(routeChanges(desired, desired), []);
  assert.ok(sameRoutes(desired, new Map(desired)));
  assert.ok(!sameRoutes(desired, present));
});
