/** `npm start`: a cluster, the hello example on it, and its answer, with the time each step took. */
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type appsv1, resources } from "../api/mod.ts";
import { createClient, httpTransport, loadKubeconfig } from "../client/mod.ts";
import { canRunContainers, readState } from "../cluster/mod.ts";
import { load, pack } from "./commands/image.ts";
import { up } from "./commands/up.ts";
import { fail } from "./failure.ts";
import { apply } from "./kubectl/apply/apply.ts";

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
  const folder = mkdtempSync(join(tmpdir(), "kubets-hello-"));
  try {
    const root = join(folder, "root");
    cpSync(join(hello, "root"), root, { recursive: true });
    mkdirSync(join(root, "bin"), { recursive: true });
    copyFileSync("/bin/busybox", join(root, "bin", "busybox"));
    const output = join(folder, "hello.tar");
    await pack(image, { from: root, entrypoint: ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/www"], output });
    await load([output], { name: "kubets" });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function waitUntilReady(kubeconfig: string): Promise<void> {
  const transport = httpTransport(loadKubeconfig(kubeconfig));
  const deployments = createClient(transport).resource(resources.deployments);
  const ready = ({ spec, status }: appsv1.Deployment) => (status?.readyReplicas ?? 0) >= (spec.replicas ?? 1);
  try {
    const found = await deployments.get("hello", { namespace: "default" });
    if (ready(found)) return;
    const options = {
      namespace: "default",
      fieldSelector: "metadata.name=hello",
      resourceVersion: found.metadata.resourceVersion,
    };
    for await (const { type, object } of deployments.watch({ ...options, signal: AbortSignal.timeout(120_000) }))
      if (type !== "BOOKMARK" && ready(object)) return;
  } finally {
    await transport.close();
  }
}

/** The Service from inside the cluster, by way of the API server, as `kubectl get --raw` would ask it. */
async function fetchThroughService(kubeconfig: string): Promise<string> {
  const transport = httpTransport(loadKubeconfig(kubeconfig));
  try {
    const path = "/api/v1/namespaces/default/services/hello:http/proxy/cgi-bin/hello";
    return await new Response(await transport.stream({ method: "GET", path })).text();
  } finally {
    await transport.close();
  }
}

async function fetchPublished(): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${published.hostPort}/cgi-bin/hello`, {
    signal: AbortSignal.timeout(10_000),
  });
  return response.text();
}

async function deploy(kubeconfig: string, real: boolean): Promise<void> {
  if (real) await step("packed and loaded the image of examples/hello", loadImage);
  await step("applied examples/hello", () => apply({ filename: [join(hello, "hello.yaml")], kubeconfig }));
  await step("both replicas are ready", () => waitUntilReady(kubeconfig));
  if (!real) {
    process.stdout.write("the nodes are simulated, so nothing answers behind the Service\n");
    return;
  }
  const inside = await step("fetched it through the Service", () => fetchThroughService(kubeconfig));
  const outside = await step(`fetched it through http://127.0.0.1:${published.hostPort}/cgi-bin/hello`, fetchPublished);
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
  if (!alreadyRunning) await deploy(kubeconfig, real && readState("kubets")?.options.runtime === "containerd");
  process.stdout.write(`
${alreadyRunning ? "It was running already" : `All of it took ${seconds(performance.now() - began)}`}. Use it:

  export KUBECONFIG=${kubeconfig}
  bin/kubets get pods -A        (or any kubectl)

and stop it with bin/kubets down.
`);
}

await start().catch(fail);
