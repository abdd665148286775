import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type corev1, resources } from "../../api/mod.ts";
import { MemoryCluster } from "../../auth/testing/memory-cluster.ts";
import { systemClock } from "../../client/mod.ts";
import { ask, nobodyMayAnything as authorizer, pod, refusal } from "../testing/ask.ts";
import { PodNodeSelector } from "./pod-node-selector.ts";
import { PodTopologyLabels } from "./pod-topology-labels.ts";

const zone = "topology.kubernetes.io/zone";
const region = "topology.kubernetes.io/region";

const cluster = new MemoryCluster([
  {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "n", labels: { [zone]: "z1", [region]: "r1", "topology.kubernetes.io/rack": "7" } },
    spec: {},
  },
  {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "shop", annotations: { "scheduler.alpha.kubernetes.io/node-selector": "disk=fast, env=test" } },
  },
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "plain" } },
]);
const context = { client: cluster.client, informers: cluster.informers, clock: systemClock, authorizer };
const topology = new PodTopologyLabels(context);
const selector = new PodNodeSelector(context, {
  clusterDefaultNodeSelector: "env=all",
  namespaces: { plain: "env=all,disk=slow" },
});

before(() => cluster.start());
after(() => cluster.close());

test("a binding carries the zone and region of the node to the pod, over what it said itself", async () => {
  const binding = {
    apiVersion: "v1",
    kind: "Binding",
    metadata: { name: "p", namespace: "shop", labels: { a: "b", [zone]: "mine" } },
    target: { kind: "Node", name: "n" },
  };
  const question = { operation: "CREATE", object: binding, resource: resources.pods, subresource: "binding" } as const;
  const bound = await ask<corev1.Binding>(topology, question as never);
  assert.deepEqual(bound.metadata.labels, { a: "b", [zone]: "z1", [region]: "r1" });
});

test("a pod that is made on a node gets the labels at once, one on an unknown node gets none", async () => {
  const placed = await ask<corev1.Pod>(topology, { object: pod("p", { nodeName: "n" }) });
  assert.deepEqual(placed.metadata.labels, { [zone]: "z1", [region]: "r1" });
  const lost = await ask<corev1.Pod>(topology, { object: pod("p", { nodeName: "nowhere" }) });
  assert.equal(lost.metadata.labels, undefined);
});

test("a namespace gives its pods a node selector, which they may add to but not contradict", async () => {
  const given = await ask<corev1.Pod>(selector, { object: pod("p", { nodeSelector: { arch: "arm" } }) });
  assert.deepEqual(given.spec.nodeSelector, { disk: "fast", env: "test", arch: "arm" });
  assert.equal(
    await refusal(selector, { object: pod("p", { nodeSelector: { env: "production" } }) }),
    'pods "p" is forbidden: pod node label selector conflicts with its namespace node label selector',
  );
});

test("without the annotation the cluster's selector counts, within what the namespace may select", async () => {
  const metadata = { namespace: "plain" };
  const given = await ask<corev1.Pod>(selector, { object: pod("p", { nodeSelector: { disk: "slow" } }, metadata) });
  assert.deepEqual(given.spec.nodeSelector, { env: "all", disk: "slow" });
  assert.equal(
    await refusal(selector, { object: pod("p", { nodeSelector: { disk: "fast" } }, metadata) }),
    'pods "p" is forbidden: pod node label selector labels conflict with its namespace whitelist',
  );
});
