/** From `apply` of a Deployment to all of its pods ready, image present. */
import { mkdtempSync, rmSync } from "node:fs";
import { copyFile, cp, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type appsv1, resources } from "../src/api/mod.ts";
import { type Client, createClient, httpTransport, loadKubeconfig, type Transport } from "../src/client/mod.ts";
import type { BenchCluster } from "./kubets.ts";
import { median } from "./report.ts";

const image = "docker.io/kubets/bench:1";

/** The hello image under another name. */
async function loadImage(cluster: BenchCluster): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "kubets-image-"));
  try {
    await cp(resolve(import.meta.dirname, "../examples/hello/root"), join(folder, "root"), { recursive: true });
    await mkdir(join(folder, "root/bin"), { recursive: true });
    await copyFile("/bin/busybox", join(folder, "root/bin/busybox"));
    const file = join(folder, "image.tar");
    await cluster.command(
      "image",
      "pack",
      image,
      "--from",
      join(folder, "root"),
      "-o",
      file,
      "--entrypoint",
      "/bin/busybox",
      "sleep",
      "3600",
    );
    await cluster.command("image", "load", "--name", cluster.name, file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function deployment(name: string, replicas: number): appsv1.Deployment {
  const labels = { app: name };
  const containers = [{ name: "web", image, imagePullPolicy: "IfNotPresent" }];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "default" },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers } },
    },
  } as unknown as appsv1.Deployment;
}

/** Resolves when as many replicas are ready as the Deployment asks for. Rejects where the watch ends before. */
export async function untilReady(
  deployments: ReturnType<typeof deploymentsOf>,
  { metadata: { name, namespace, resourceVersion }, spec: { replicas } }: appsv1.Deployment,
): Promise<void> {
  const events = deployments.watch({ namespace, fieldSelector: `metadata.name=${name}`, resourceVersion });
  for await (const { object } of events) if (object.status?.readyReplicas === replicas) return;
  throw new Error(`the watch of Deployment ${name} ended before it was ready`);
}

export const deploymentsOf = (client: Client) => client.resource(resources.deployments);

/** Milliseconds until `status.readyReplicas` is what was asked for. */
export async function timeToReady(kubeconfig: string, replicas: number, name: string): Promise<number> {
  const transport = httpTransport(loadKubeconfig(kubeconfig));
  const deployments = deploymentsOf(createClient(transport));
  try {
    const began = performance.now();
    const made = await deployments.create(deployment(name, replicas));
    await untilReady(deployments, made);
    const took = performance.now() - began;
    await deleteAll(transport, name);
    return took;
  } finally {
    await transport.close();
  }
}

/** With its pods: their end would take the processor from the next start. */
async function deleteAll(transport: Transport, name: string): Promise<void> {
  const client = createClient(transport);
  await deploymentsOf(client).delete(name, { namespace: "default", propagationPolicy: "Foreground" });
  const left = { namespace: "default", labelSelector: `app=${name}` };
  while ((await client.resource(resources.pods).list(left)).items.length > 0) await delay(100);
}

export async function measureDeployments(cluster: BenchCluster): Promise<readonly string[]> {
  await loadImage(cluster);
  const lines: string[] = [];
  for (const replicas of [1, 20]) {
    const times: number[] = [];
    for (let round = 0; round < 3; round++)
      times.push(await timeToReady(cluster.kubeconfig, replicas, `bench-${replicas}-${round}`));
    lines.push(`Deployment of ${replicas}, apply to ready: ${median(times).toFixed(0)} ms (median of 3)`);
  }
  return lines;
}
