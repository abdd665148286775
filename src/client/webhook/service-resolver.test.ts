import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryCluster, type Sketch } from "../../auth/testing/memory-cluster.ts";
import { EndpointResolver } from "./service-resolver.ts";

const service = (name: string, spec: object): Sketch => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "shop" },
  spec,
});

const slice = (name: string, ofService: string, rest: object): Sketch => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name, namespace: "shop", labels: { "kubernetes.io/service-name": ofService } },
  addressType: "IPv4",
  ...rest,
});

const node = (name: string, containerRuntimeVersion: string): Sketch => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name },
  spec: {},
  status: { nodeInfo: { containerRuntimeVersion } },
});

const hook = service("hook", { ports: [{ name: "https", port: 443, targetPort: 8443 }] });
const port = 443;

async function resolver(random: number, ...sketches: Sketch[]) {
  const cluster = new MemoryCluster(sketches);
  const made = new EndpointResolver({ informers: cluster.informers, random: () => random });
  await cluster.start();
  return { cluster, resolve: (name: string, at = port) => made.resolve({ namespace: "shop", name, port: at }) };
}

test("a port of a service leads to one of its ready endpoints, at the endpoint's own port", async () => {
  const endpoints = [
    { addresses: ["10.0.0.1"], conditions: { ready: false } },
    { addresses: ["10.0.0.2"] },
    { addresses: ["10.0.0.3"], conditions: { ready: true } },
  ];
  const { cluster, resolve } = await resolver(
    0.9,
    hook,
    slice("a", "hook", { endpoints, ports: [{ name: "https", port: 8443 }] }),
    slice("b", "other", { endpoints, ports: [{ name: "https", port: 1 }] }),
  );
  assert.deepEqual(resolve("hook"), { host: "10.0.0.3", port: 8443 });
  await cluster.close();
});

test("endpoints on simulated nodes are never dialled", async () => {
  const endpoints = [
    { addresses: ["10.0.0.1"], nodeName: "fake" },
    { addresses: ["10.0.0.2"], nodeName: "real" },
  ];
  const { cluster, resolve } = await resolver(
    0,
    hook,
    node("fake", "simulated://1"),
    node("real", "containerd://2"),
    slice("a", "hook", { endpoints, ports: [{ name: "https", port: 8443 }] }),
  );
  assert.deepEqual(resolve("hook"), { host: "10.0.0.2", port: 8443 });
  await cluster.close();
});

test("an external name is dialled by its name", async () => {
  const { cluster, resolve } = await resolver(
    0,
    service("out", { type: "ExternalName", externalName: "hook.example.com" }),
  );
  assert.deepEqual(resolve("out"), { host: "hook.example.com", port });
  await cluster.close();
});

test("what leads nowhere is told in upstream's words", async () => {
  const { cluster, resolve } = await resolver(0, hook, slice("a", "hook", { endpoints: [], ports: [] }));
  assert.throws(() => resolve("none"), { code: 404, message: 'service "none" not found' });
  assert.throws(() => resolve("hook"), { code: 503, message: 'no endpoints available for service "hook"' });
  assert.throws(() => resolve("hook", 80), { code: 503, message: 'no service port 80 found for service "hook"' });
  await cluster.close();
});
