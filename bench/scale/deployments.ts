/** Deployments of many pods for simulated nodes. */
import type { appsv1, Draft } from "../../src/api/mod.ts";
import type { Client } from "../../src/client/mod.ts";
import { deploymentsOf, untilReady } from "../deployments.ts";

const namespace = "default";

export function deployment(name: string, replicas: number): Draft<appsv1.Deployment> {
  const labels = { app: name };
  const containers = [{ name: "web", image: "example.com/web:1" }];
  const template = { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers } };
  return {
    metadata: { name, namespace },
    spec: { replicas, selector: { matchLabels: labels }, template },
  } as Draft<appsv1.Deployment>;
}

/** Makes them all at once; resolves when every replica of every one is ready. */
export async function makeReady(client: Client, count: number, replicas: number): Promise<void> {
  const deployments = deploymentsOf(client);
  const made = await Promise.all(
    Array.from({ length: count }, (_, n) => deployments.create(deployment(`scale-${n}`, replicas))),
  );
  await Promise.all(made.map((one) => untilReady(deployments, one)));
}
