import assert from "node:assert/strict";
import { test } from "node:test";
import type { appsv1, corev1 } from "../../api/mod.ts";
import { findNewSet, templateHashLabel } from "./replica-sets.ts";

function templateOf(memory: string, labels: Readonly<Record<string, string>> = {}): corev1.PodTemplateSpec {
  const container = { name: "main", image: "busybox", resources: { limits: { memory } } };
  return {
    metadata: { labels: { app: "web", ...labels } },
    spec: { containers: [container] },
  } as corev1.PodTemplateSpec;
}

const deploymentOf = (memory: string) => ({ spec: { template: templateOf(memory) } }) as appsv1.Deployment;

function setOf(name: string, memory: string): appsv1.ReplicaSet {
  const metadata = { name, creationTimestamp: "2026-01-01T00:00:00Z" };
  return { metadata, spec: { template: templateOf(memory, { [templateHashLabel]: name }) } } as appsv1.ReplicaSet;
}

test("a deployment whose amounts are only spelled in another way keeps its replica set", () => {
  const sets = [setOf("small", "512Mi"), setOf("large", "1Gi")];
  assert.equal(findNewSet(deploymentOf("1Gi"), sets), sets[1]);
  assert.equal(findNewSet(deploymentOf("1073741824"), sets), sets[1]);
  assert.equal(findNewSet(deploymentOf("1073741825"), sets), undefined);
});
