/** A whole agent in a node's namespace, and pods that ask it. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { run } from "./commands.ts";
import { dnsService, dnsSlice } from "./dns/dns-service.ts";
import { createFabric, destroyFabric, type NodeNetwork } from "./fabric/fabric.ts";
import { namespacePrefix } from "./fabric/plan.ts";
import { namespacesMissing, uniqueName } from "./testing/namespaces.ts";
import { TestPods } from "./testing/pods.ts";
import { service } from "./testing/service-objects.ts";

function nodeObject(address: string) {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "a", uid: "a" },
    spec: { podCIDR: "10.244.0.0/24" },
    status: { addresses: [{ type: "InternalIP", address }], conditions: [{ type: "Ready", status: "True" }] },
  };
}

/** Starts the agent and answers what it printed until it had started. */
async function startAgent({ enter }: NodeNetwork, input: object): Promise<{ child: ChildProcess; lines: string[] }> {
  const script = fileURLToPath(new URL("./testing/agent-process.ts", import.meta.url));
  const [command, ...args] = [...enter, process.execPath, script];
  const child = spawn(command!, args, { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin!.end(JSON.stringify(input));
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    lines.push(line);
    if (lines.includes("started") && lines.length > 1) break;
  }
  return { child, lines };
}

const look = `
  const { Resolver } = require("node:dns/promises");
  const resolver = new Resolver();
  resolver.setServers(["10.96.0.10"]);
  resolver.resolve4(process.argv[1]).then(([address]) => process.stdout.write(address), (error) => process.stdout.write(error.code));
`;

test("pods resolve names through the Service of the cluster's DNS", { skip: namespacesMissing() }, async () => {
  const cluster = uniqueName();
  const folder = await mkdtemp(join(tmpdir(), "kubets-agent-"));
  const pods = new TestPods();
  let agent: ChildProcess | undefined;
  try {
    const fabric = await createFabric({ cluster });
    const node = await fabric.addNode("a");
    const serving = {
      ...nodeObject(node.address),
      metadata: { name: "a", uid: "a", annotations: { "network.kubets.dev/dns-port": "53" } },
    };
    const dns = { apiVersion: "v1", kind: "Service", ...dnsService("10.96.0.10") };
    const slice = dnsSlice({ metadata: { name: "kube-dns", uid: "u" } } as never, [serving as never]);
    const web = service("web", { clusterIP: "10.96.0.7", ports: [{ name: "http", protocol: "TCP", port: 80 }] });
    const objects = [
      nodeObject(node.address),
      dns,
      { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", ...slice },
      web,
    ];
    const cni = { folder: join(folder, "net.d"), programs: join(folder, "bin"), dataFolder: join(folder, "addresses") };
    const options = { nodeName: "a", address: node.address, podNetwork: "10.244.0.0/16", cni };
    const started = await startAgent(node, { options, objects });
    agent = started.child;
    assert.ok(started.lines.includes(`patch {"metadata":{"annotations":{"network.kubets.dev/dns-port":"53"}}}`));
    assert.deepEqual(await readdir(cni.folder), ["10-kubets.conflist"]);
    const prefix = `${namespacePrefix(cluster)}node`;
    const pod = await pods.add({ prefix, name: "client", node: node.namespace, address: "10.244.0.2", port: 8080 });
    const resolve = (name: string) => run(process.execPath, ["-e", look, name], { namespace: pod.namespace });
    assert.equal(await resolve("web.default.svc.cluster.local"), "10.96.0.7");
    assert.equal(await resolve("kube-dns.kube-system.svc.cluster.local"), "10.96.0.10");
    assert.equal(await resolve("example.com"), "ENOTFOUND");
    agent.kill("SIGTERM");
    const [status] = await once(agent, "exit");
    assert.equal(status, 0);
  } finally {
    agent?.kill("SIGKILL");
    await pods.removeAll();
    await destroyFabric(cluster);
    await rm(folder, { recursive: true, force: true });
  }
});
