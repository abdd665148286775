/** Nodes that fall silent, taints that evict, pods whose node is gone, on a whole API server. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type corev1, type Draft, resources } from "../../src/api/mod.ts";
import { type Harness, startHarness } from "./controllers-harness.ts";

let cluster: Harness;
const namespace = "work";

before(async () => {
  const nodeHealth = { gracePeriodMs: 200, startupGracePeriodMs: 200, monitorPeriodMs: 50 };
  cluster = await startHarness({ nodes: ["node-0"], controllers: { nodeHealth } });
  await cluster.addNamespace(namespace);
  await cluster.client
    .resource(resources.leases)
    .create({ metadata: { name: "node-0", namespace: "kube-node-lease" }, spec: {} });
});
after(() => cluster.stop());

function podOn(node: string, name: string, tolerations?: corev1.Toleration[]): Draft<corev1.Pod> {
  const containers = [{ name: "main", image: "main:1" }];
  return {
    metadata: { name, namespace },
    spec: { nodeName: node, containers, ...(tolerations ? { tolerations } : {}) },
  };
}

const taintsOf = (node: corev1.Node) => (node.spec.taints ?? []).map((taint) => `${taint.key}:${taint.effect}`).sort();

/** As an agent does: a lease that is renewed, and a status. */
async function beat(name: string): Promise<void> {
  const renewTime = new Date().toISOString().replace("Z", "000Z");
  const status = {
    conditions: [{ type: "Ready", status: "True", lastHeartbeatTime: renewTime.slice(0, 19).concat("Z") }],
  };
  await cluster.client
    .resource(resources.leases)
    .patch(name, { spec: { renewTime } }, { type: "merge", namespace: "kube-node-lease" });
  await cluster.client.resource(resources.nodes).patch(name, { status }, { type: "strategic", subresource: "status" });
}

test("a node that stops speaking becomes unknown, keeps new pods away, and its pods are no longer ready", async () => {
  await beat("node-0");
  await cluster.client.resource(resources.pods).create(podOn("node-0", "quiet"));
  const isReady = (pod: corev1.Pod) =>
    pod.status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") === true;
  await cluster.until(resources.pods, { name: "quiet", namespace }, isReady);
  const node = await cluster.until(resources.nodes, { name: "node-0" }, (one) =>
    taintsOf(one).includes("node.kubernetes.io/unreachable:NoSchedule"),
  );
  const ready = node.status?.conditions?.find((one) => one.type === "Ready");
  assert.equal(ready?.status, "Unknown");
  assert.equal(ready?.reason, "NodeStatusUnknown");
  // The only node of the cluster: the trouble may be this side's, so nothing is driven off it.
  assert.ok(!taintsOf(node).includes("node.kubernetes.io/unreachable:NoExecute"));
  await cluster.until(resources.pods, { name: "quiet", namespace }, (pod) => !isReady(pod));
  await beat("node-0");
  await cluster.until(resources.nodes, { name: "node-0" }, (one) => taintsOf(one).length === 0);
});

test("an unschedulable node is tainted, and no longer when it is uncordoned", async () => {
  const nodes = cluster.client.resource(resources.nodes);
  await nodes.patch("node-0", { spec: { unschedulable: true } }, { type: "merge" });
  await cluster.until(resources.nodes, { name: "node-0" }, (node) =>
    taintsOf(node).includes("node.kubernetes.io/unschedulable:NoSchedule"),
  );
  await nodes.patch("node-0", { spec: { unschedulable: null } }, { type: "merge" });
  await cluster.until(
    resources.nodes,
    { name: "node-0" },
    (node) => !taintsOf(node).includes("node.kubernetes.io/unschedulable:NoSchedule"),
  );
});

test("a node is told how long it may trust what it has read", async () => {
  const ttl = "node.alpha.kubernetes.io/ttl";
  const node = await cluster.until(
    resources.nodes,
    { name: "node-0" },
    ({ metadata: { annotations } }) => annotations?.[ttl] !== undefined,
  );
  assert.equal(node.metadata.annotations?.[ttl], "0");
});

test("a taint that evicts drives off pods that do not tolerate it, or not for long, and says why", async () => {
  await cluster.client.resource(resources.nodes).create({ metadata: { name: "bad" }, spec: {} });
  const tolerate = (extra: object) => [
    { key: "fire", operator: "Exists", effect: "NoExecute", ...extra } as corev1.Toleration,
  ];
  const pods = cluster.client.resource(resources.pods);
  cluster.pods.mayGo = () => false;
  await pods.create(podOn("bad", "afraid"));
  await pods.create(podOn("bad", "patient", tolerate({ tolerationSeconds: 1 })));
  await pods.create(podOn("bad", "brave", tolerate({})));
  const taints = [{ key: "fire", effect: "NoExecute" }];
  await cluster.client.resource(resources.nodes).patch("bad", { spec: { taints } }, { type: "merge" });
  const isGoing = (pod: corev1.Pod) => pod.metadata.deletionTimestamp !== undefined;
  const gone = await cluster.until(resources.pods, { name: "afraid", namespace }, isGoing);
  const target = gone.status?.conditions?.find((one) => one.type === "DisruptionTarget");
  assert.equal(target?.reason, "DeletionByTaintManager");
  await cluster.until(resources.pods, { name: "patient", namespace }, isGoing);
  assert.equal(isGoing(await pods.get("brave", { namespace })), false);
  cluster.pods.mayGo = () => true;
  await cluster.pods.again();
});

test("a pod deleted before it had a node is removed", async () => {
  const draft = podOn("", "nowhere");
  cluster.pods.mayGo = () => false;
  const { nodeName: _, ...spec } = draft.spec;
  await cluster.client
    .resource(resources.pods)
    .create({ ...draft, spec: { ...spec, schedulingGates: [{ name: "example.com/wait" }] } });
  await cluster.client.resource(resources.pods).delete("nowhere", { namespace });
  await cluster.untilAll(resources.pods, namespace, (all) => !all.some((pod) => pod.metadata.name === "nowhere"));
  cluster.pods.mayGo = () => true;
});
