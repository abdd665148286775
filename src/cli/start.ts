/** `npm start`: a cluster, the hello example on it, and its answer, with the time each step took. */
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { appsv1 } from "../api/mod.ts";
import { isNotFound } from "../api/narrow.ts";
import { httpTransport, loadKubeconfig, type Transport } from "../client/narrow.ts";
import { ClusterError, canRunContainers, readState } from "../cluster/narrow.ts";
import { up } from "./commands/up.ts";
import { fail } from "./failure.ts";

const hello = resolve(import.meta.dirname, "../../examples/hello");
const image = "docker.io/kubets/hello:1";
const published = { hostPort: 8080, nodePort: 30080 };
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/** Says what is done and how long it took. */
async function step<T>(text: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  process.stdout.write(`✓ ${text} (${seconds(performance.now() - began)})\n`);
  return result;
}

async function loadImage(): Promise<void> {
  const { load, pack } = await import("./commands/image.ts");
  const folder = mkdtempSync(join(tmpdir(), "kubets-hello-"));
  try {
    const root = join(folder, "root");
    cpSync(join(hello, "root"), root, { recursive: true });
    mkdirSync(join(root, "bin"), { recursive: true });
    copyFileSync("/bin/busybox", join(root, "bin", "busybox"));
    const output = join(folder, "hello.tar");
    const entrypoint = ["/bin/busybox", "httpd", "-f", "-v", "-p", "8080", "-h", "/www"];
    await pack(image, { from: root, entrypoint, output });
    await load([output], { name: "kubets" });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withTransport<T>(kubeconfig: string, work: (transport: Transport) => Promise<T>): Promise<T> {
  const transport = httpTransport(loadKubeconfig(kubeconfig));
  try {
    return await work(transport);
  } finally {
    await transport.close();
  }
}

const deployments = "/apis/apps/v1/namespaces/default/deployments";

/** False where a first start was broken off before it came to that. */
async function isDeployed(kubeconfig: string): Promise<boolean> {
  try {
    await withTransport(kubeconfig, (transport) => transport.request({ method: "GET", path: `${deployments}/hello` }));
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

async function waitUntilReady(transport: Transport): Promise<void> {
  const ready = ({ spec, status }: appsv1.Deployment) => (status?.readyReplicas ?? 0) >= (spec.replicas ?? 1);
  const path = `${deployments}/hello`;
  const found = (await transport.request({ method: "GET", path })) as unknown as appsv1.Deployment;
  if (ready(found)) return;
  const { resourceVersion } = found.metadata;
  const query = { fieldSelector: "metadata.name=hello", watch: "true", resourceVersion };
  const signal = AbortSignal.timeout(120_000);
  for await (const { type, object } of transport.watch({ method: "GET", path: deployments, query, signal }))
    if (type !== "BOOKMARK" && ready(object as unknown as appsv1.Deployment)) return;
}

/** The Service from inside the cluster, by way of the API server, as `kubectl get --raw` would ask it. */
async function fetchThroughService(transport: Transport): Promise<string> {
  const path = "/api/v1/namespaces/default/services/hello:http/proxy/cgi-bin/hello";
  return new Response(await transport.stream({ method: "GET", path })).text();
}

const address = `http://127.0.0.1:${published.hostPort}/cgi-bin/hello`;

/** Asked until it answers: a node learns of ready pods a moment after the API server does. */
async function fetchPublished(): Promise<string> {
  const until = Date.now() + 20_000;
  for (;;) {
    try {
      const response = await fetch(address, { signal: AbortSignal.timeout(5000) });
      if (response.ok) return await response.text();
      throw new Error(`${address} answered ${response.status}`);
    } catch (error) {
      const hint = "bin/kubets logs-of node-1 shows what the node says";
      if (Date.now() > until) throw new ClusterError("not-ready", `${address} does not answer`, hint, { cause: error });
      await delay(50);
    }
  }
}

async function deploy(kubeconfig: string, real: boolean): Promise<void> {
  if (real) await step("packed and loaded the image of examples/hello", loadImage);
  await step("applied examples/hello", async () => {
    const { apply } = await import("./kubectl/apply/apply.ts");
    await apply({ filename: [join(hello, "hello.yaml")], kubeconfig });
  });
  await step("both replicas are ready", () => withTransport(kubeconfig, waitUntilReady));
  if (!real) {
    process.stdout.write("the nodes are simulated, so nothing answers behind the Service\n");
    return;
  }
  const inside = await step("fetched it through the Service", () => withTransport(kubeconfig, fetchThroughService));
  const outside = await step(`fetched it through ${address}`, fetchPublished);
  process.stdout.write(`\n  ${inside.trim()}\n  ${outside.trim()}\n`);
}

async function start(): Promise<void> {
  const real = canRunContainers() && existsSync("/usr/bin/containerd");
  if (!real) process.stdout.write("without root and containerd on Linux the nodes are simulated\n");
  const flags = {
    runtime: real ? "containerd" : "simulated",
    timeout: "120s",
    publish: real ? [`${published.hostPort}:${published.nodePort}`] : [],
  };
  const began = performance.now();
  const { kubeconfig, alreadyRunning } = await step("a cluster of one node is running", () => up(flags));
  const complete = alreadyRunning && (await isDeployed(kubeconfig));
  if (!complete) await deploy(kubeconfig, real && readState("kubets")?.options.runtime === "containerd");
  process.stdout.write(`
${complete ? "It was running already" : `From the start of the cluster it took ${seconds(performance.now() - began)}`}. Use it:

  export KUBECONFIG=${kubeconfig}
  bin/kubets get pods -A        (or any kubectl)

and stop it with bin/kubets down.
`);
}

await start().catch(fail);
