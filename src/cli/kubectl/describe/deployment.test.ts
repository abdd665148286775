import assert from "node:assert/strict";
import { test } from "node:test";
import type { appsv1 } from "../../../api/mod.ts";
import { describeDeployment } from "./deployment.ts";

const revisionKey = "deployment.kubernetes.io/revision";
const owner = { apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "d" };

function replicaSet(name: string, revision: string, replicas: number, second: number) {
  const creationTimestamp = `2026-01-01T00:00:0${second}Z`;
  const metadata = { name, creationTimestamp, annotations: { [revisionKey]: revision }, ownerReferences: [owner] };
  return { metadata, spec: { replicas }, status: { replicas } };
}

test("a deployment names its old replica sets, the oldest first, also those without replicas", async () => {
  const metadata = { name: "web", namespace: "default", uid: "d", annotations: { [revisionKey]: "3" } };
  const spec = { selector: { matchLabels: { app: "web" } }, template: { spec: { containers: [] } } };
  const sets = [
    replicaSet("web-a", "2", 1, 2),
    replicaSet("web-b", "3", 2, 3),
    replicaSet("web-c", "1", 0, 1),
    { ...replicaSet("web-d", "1", 0, 1), metadata: { name: "web-d" } },
  ];
  const list = async <T>() => sets as T[];
  const lines = await describeDeployment({ metadata, spec } as unknown as appsv1.Deployment, { list });
  assert.deepEqual(
    lines.filter(([label]) => label?.endsWith("Set:") || label?.endsWith("Sets:")),
    [
      ["OldReplicaSets:", "web-c (0/0 replicas created), web-a (1/1 replicas created)"],
      ["NewReplicaSet:", "web-b (2/2 replicas created)"],
    ],
  );
});
