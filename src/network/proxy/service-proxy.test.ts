/** Real packets through real rules, between network namespaces made for the test. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { resources } from "../../api/mod.ts";
import { run } from "../commands.ts";
import { namespacesMissing } from "../testing/namespaces.ts";
import { createPodNetwork, type PodNetwork } from "../testing/pod-network.ts";
import { ask, type TestPod } from "../testing/pods.ts";
import { type EndpointWords, service, slice } from "../testing/service-objects.ts";

const port = 8080;

describe("service proxy", { skip: namespacesMissing() }, () => {
  let network: PodNetwork;
  let client: TestPod;
  let near: TestPod;
  let far: TestPod;
  let nodeA = "";
  let nodeB = "";
  let endpointNear: EndpointWords;
  let endpointFar: EndpointWords;

  before(async () => {
    network = await createPodNetwork();
    client = await network.addPod("client", "a", "10.244.0.2", port);
    near = await network.addPod("near", "a", "10.244.0.3", port);
    far = await network.addPod("far", "b", "10.244.1.3", port);
    nodeA = network.fabric.node("a").address;
    nodeB = network.fabric.node("b").address;
    endpointNear = { address: near.address, node: "a" };
    endpointFar = { address: far.address, node: "b" };
  });

  after(() => network?.remove());

  function put(
    name: string,
    clusterIP: string,
    endpoints: readonly EndpointWords[],
    spec: Record<string, unknown> = {},
  ) {
    const ports = [
      { name: "tcp", protocol: "TCP", port: 80 },
      { name: "udp", protocol: "UDP", port: 80 },
    ];
    const targets = [
      { name: "tcp", port },
      { name: "udp", port, protocol: "UDP" },
    ];
    network.objects.put(resources.endpointslices, slice(name, targets, endpoints));
    network.objects.put(resources.services, service(name, { clusterIP, ports, ...spec }));
  }

  const nodePorts = (nodePort: number) => ({
    type: "NodePort",
    ports: [{ name: "tcp", protocol: "TCP", port: 80, nodePort }],
  });

  test("pods reach pods by their own addresses, also on another node", async () => {
    assert.equal(await client.ask(far.address, port), `far ${client.address}`);
  });

  test("a pod reaches a Service's endpoints on its node and on others, over TCP and UDP, and keeps its address", async () => {
    put("near", "10.96.0.1", [endpointNear]);
    put("far", "10.96.0.2", [endpointFar]);
    await untilAnswered(() => client.ask("10.96.0.2", 80));
    assert.equal(await client.ask("10.96.0.1", 80), `near ${client.address}`);
    assert.equal(await client.ask("10.96.0.2", 80), `far ${client.address}`);
    assert.equal(await client.ask("10.96.0.1", 80, { udp: true }), `near ${client.address}`);
    assert.equal(await client.ask("10.96.0.2", 80, { udp: true }), `far ${client.address}`);
  });

  test("a pod reaches itself through its Service", async () => {
    put("self", "10.96.0.3", [{ address: client.address, node: "a" }]);
    await untilAnswered(() => near.ask("10.96.0.3", 80));
    assert.match(await client.ask("10.96.0.3", 80), /^client /);
  });

  test("processes of a node and of the fabric reach Services", async () => {
    const answer = await ask(network.fabric.node("a").namespace, "10.96.0.2", 80);
    assert.match(answer, /^far /);
    await untilAnswered(() => ask(network.fabric.namespace, "10.96.0.1", 80));
  });

  test("all endpoints are used", async () => {
    put("both", "10.96.0.4", [endpointNear, endpointFar]);
    await untilAnswered(() => client.ask("10.96.0.4", 80));
    const answers = new Set<string>();
    for (let tries = 0; tries < 40 && answers.size < 2; tries++) answers.add(await client.ask("10.96.0.4", 80));
    assert.deepEqual([...answers].sort(), [`far ${client.address}`, `near ${client.address}`]);
  });

  test("with session affinity a client stays with one endpoint", async () => {
    put("sticky", "10.96.0.5", [endpointNear, endpointFar], { sessionAffinity: "ClientIP" });
    await untilAnswered(() => client.ask("10.96.0.5", 80));
    const first = await client.ask("10.96.0.5", 80);
    for (let tries = 0; tries < 8; tries++) assert.equal(await client.ask("10.96.0.5", 80), first);
  });

  test("a Service without endpoints refuses at once, as does a port that it does not have", async () => {
    put("empty", "10.96.0.6", []);
    await untilRefused(() => client.ask("10.96.0.6", 80));
    await assert.rejects(client.ask("10.96.0.6", 81), /ECONNREFUSED/);
    await assert.rejects(client.ask("10.96.0.6", 80, { udp: true }), /ECONNREFUSED/);
    await assert.rejects(ask(network.fabric.node("a").namespace, "10.96.0.6", 80), /ECONNREFUSED/);
  });

  test("a NodePort answers on every node, whichever node the endpoint is on", async () => {
    put("ported", "10.96.0.7", [endpointFar], nodePorts(30080));
    await untilAnswered(() => client.ask(nodeA, 30080));
    assert.match(await client.ask(nodeB, 30080), /^far /);
    assert.match(await ask(network.fabric.namespace, nodeA, 30080), /^far /);
    assert.match(await ask(network.fabric.node("a").namespace, nodeA, 30080), /^far /);
  });

  test("with the Local policy clients from outside keep their address, and nodes without endpoints do not answer", async () => {
    put("local", "10.96.0.8", [endpointFar], { ...nodePorts(30081), externalTrafficPolicy: "Local" });
    await untilAnswered(() => ask(network.fabric.namespace, nodeB, 30081));
    assert.equal(await ask(network.fabric.namespace, nodeB, 30081), `far ${network.fabric.address}`);
    await assert.rejects(ask(network.fabric.namespace, nodeA, 30081), /timeout/);
    assert.match(await client.ask(nodeA, 30081), /^far /);
  });

  test("an external address leads to the Service from wherever a packet for it comes", async () => {
    put("external", "10.96.0.9", [endpointFar], { externalIPs: ["192.0.2.7"] });
    await untilAnswered(() => client.ask("192.0.2.7", 80));
  });

  test("a UDP client that keeps its port goes to the new endpoint when its old one is gone", async () => {
    put("moving", "10.96.0.11", [endpointNear]);
    await untilAnswered(() => client.ask("10.96.0.11", 80, { udp: true, fromPort: 5353 }));
    put("moving", "10.96.0.11", [endpointFar]);
    await untilAnswered(async () => {
      const answer = await client.ask("10.96.0.11", 80, { udp: true, fromPort: 5353 });
      assert.match(answer, /^far /);
    });
  });

  test("traffic that leaves the pod network carries the node's address", async () => {
    await network.pods.serve({ name: "outside", namespace: network.fabric.namespace, port: 9000 });
    assert.equal(await client.ask(network.fabric.address, 9000), `outside ${nodeA}`);
  });

  test("a Service that is gone leaves nothing in the kernel", async () => {
    put("gone", "10.96.0.12", [endpointNear], { ...nodePorts(30090), sessionAffinity: "ClientIP" });
    await untilAnswered(() => client.ask("10.96.0.12", 80));
    network.objects.remove(resources.services, service("gone", {}));
    const { namespace } = network.fabric.node("a");
    await untilAnswered(async () => {
      assert.doesNotMatch(await run("nft", ["list", "ruleset"], { namespace }), /default\/gone|10\.96\.0\.12|30090/);
    });
  });
});

const deadlineMs = 10_000;

async function untilAnswered(attempt: () => Promise<unknown>): Promise<void> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

async function untilRefused(attempt: () => Promise<unknown>): Promise<void> {
  await untilAnswered(() => assert.rejects(attempt(), /ECONNREFUSED/));
}
