import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../api/mod.ts";
import { admitPod, resizeProblem } from "./admission.ts";
import { podOf } from "./testing/pods.ts";

const node = {
  metadata: { name: "n1", labels: { disk: "ssd", size: "4" } },
  spec: { taints: [{ key: "gone", effect: "NoExecute" }] },
  status: { allocatable: { cpu: "2", memory: "1Gi", pods: "3" } },
} as unknown as corev1.Node;
const calm = { ...node, spec: {} } as corev1.Node;

const asking = (cpu: string) => podOf({ containers: [{ name: "main", resources: { requests: { cpu } } }] });
const verdict = (pod: corev1.Pod, others: readonly corev1.Pod[] = [], on = calm) => {
  const refusal = admitPod(pod, others, on);
  return refusal && `${refusal.reason}: ${refusal.message}`;
};

test("a pod that fits is taken, one that asks too much is told what was there", () => {
  assert.equal(verdict(asking("2")), undefined);
  assert.equal(
    verdict(asking("1500m"), [asking("1")]),
    "OutOfcpu: Pod was rejected: Node didn't have enough resource: cpu, requested: 1500, used: 1000, capacity: 2000",
  );
  assert.match(verdict(podOf({}), [podOf({}), podOf({}), podOf({})])!, /^OutOfpods/);
});

test("labels and affinity of a pod must hold on the node", () => {
  const affinity = (key: string, operator: string, values: string[]) => {
    const nodeSelectorTerms = [{ matchExpressions: [{ key, operator, values }] }];
    return podOf({
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
    } as never);
  };
  assert.equal(verdict(podOf({ nodeSelector: { disk: "ssd" } })), undefined);
  assert.match(verdict(podOf({ nodeSelector: { disk: "hdd" } }))!, /^NodeAffinity/);
  assert.equal(verdict(affinity("size", "Gt", ["3"])), undefined);
  assert.match(verdict(affinity("disk", "NotIn", ["ssd"]))!, /^NodeAffinity/);
});

test("a taint that evicts must be tolerated", () => {
  assert.match(verdict(podOf({}), [], node)!, /^TaintToleration/);
  assert.equal(verdict(podOf({ tolerations: [{ key: "gone", operator: "Exists" }] }), [], node), undefined);
});

test("a host port can be had once for each protocol and address", () => {
  const at = (hostPort: number, hostIP?: string, protocol: "TCP" | "UDP" = "TCP") =>
    podOf({
      containers: [{ name: "main", ports: [{ containerPort: 1, hostPort, protocol, ...(hostIP && { hostIP }) }] }],
    });
  assert.match(verdict(at(80), [at(80)])!, /^NodePorts: .*didn't have free ports/);
  assert.match(verdict(at(80, "192.0.2.1"), [at(80)])!, /^NodePorts/);
  assert.equal(verdict(at(80, "192.0.2.1"), [at(80, "192.0.2.2")]), undefined);
  assert.equal(verdict(at(80, undefined, "UDP"), [at(80)]), undefined);
});

test("only kernel settings that harm nobody else may be changed", () => {
  const setting = (name: string) => podOf({ securityContext: { sysctls: [{ name, value: "1" }] } });
  assert.equal(verdict(setting("kernel.shm_rmid_forced")), undefined);
  assert.match(
    verdict(setting("kernel/msgmax"))!,
    /^SysctlForbidden: .*forbidden sysctl: "kernel.msgmax" not allowlisted$/,
  );
});

test("a change of resources is put off where others have the room, and refused where the node is too small", () => {
  assert.equal(resizeProblem(asking("1"), [], calm), undefined);
  assert.equal(resizeProblem(asking("1500m"), [asking("1")], calm)!.reason, "Deferred");
  assert.equal(resizeProblem(asking("3"), [], calm)!.reason, "Infeasible");
});
