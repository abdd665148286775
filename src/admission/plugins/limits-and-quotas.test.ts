import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type corev1, resources } from "../../api/mod.ts";
import { MemoryCluster } from "../../auth/testing/memory-cluster.ts";
import { FakeClock } from "../../client/mod.ts";
import { podAmounts } from "../pod-resources.ts";
import { ask, nobodyMayAnything as authorizer, pod, refusal } from "../testing/ask.ts";
import { LimitRanger } from "./limit-ranger.ts";
import { ResourceQuota } from "./resource-quota.ts";

function limitRange(namespace: string, ...limits: object[]) {
  return { apiVersion: "v1", kind: "LimitRange", metadata: { name: "bounds", namespace }, spec: { limits } };
}

function later(range: ReturnType<typeof limitRange>) {
  return { ...range, metadata: { ...range.metadata, name: "later" } };
}

function quota(name: string, namespace: string, hard: object, used: object, spec: object = {}) {
  return { apiVersion: "v1", kind: "ResourceQuota", metadata: { name, namespace }, spec, status: { hard, used } };
}

const cluster = new MemoryCluster([
  limitRange(
    "shop",
    {
      type: "Container",
      default: { cpu: "500m", memory: "512Mi" },
      defaultRequest: { cpu: "100m", memory: "512Mi" },
      min: { cpu: "50m" },
      max: { memory: "1Gi" },
      maxLimitRequestRatio: { cpu: "10" },
    },
    { type: "Pod", max: { cpu: "2" } },
    { type: "PersistentVolumeClaim", min: { storage: "1Gi" }, max: { storage: "2Gi" } },
  ),
  limitRange("bare", {
    type: "Pod",
    min: { cpu: "50m" },
    max: { cpu: "1", memory: "1Gi" },
    maxLimitRequestRatio: { cpu: "2" },
  }),
  limitRange("two", { type: "Container", default: { cpu: "1" } }, { type: "Pod", max: { cpu: "2" } }),
  later(limitRange("two", { type: "Container", default: { cpu: "2", memory: "1Mi" } })),
  quota(
    "plan",
    "counted",
    { pods: "2", "requests.cpu": "500m", "limits.memory": "1Gi", configmaps: "1", "count/deployments.apps": "0" },
    { pods: "0", "requests.cpu": "0", "limits.memory": "0", configmaps: "1", "count/deployments.apps": "0" },
  ),
  quota("best", "scoped", { pods: "1" }, { pods: "1" }, { scopes: ["BestEffort"] }),
  quota("timed", "scoped", { pods: "0" }, { pods: "0" }, { scopes: ["Terminating"] }),
]);
const clock = new FakeClock(0);
const context = { client: cluster.client, informers: cluster.informers, clock, authorizer };
const ranger = new LimitRanger(context);
const quotas = new ResourceQuota(context);

before(() => cluster.start());
after(() => cluster.close());

const sized = (name: string, own: object) => ({ name, resources: own });

test("containers without requests and limits get the namespace's, and an annotation says so", async () => {
  const object = pod("a", {
    containers: [sized("c", { requests: { cpu: "200m" } }), { name: "d" }],
    initContainers: [sized("i", { limits: { memory: "600Mi" }, requests: { memory: "600Mi" } })],
  });
  const made = await ask<corev1.Pod>(ranger, { object });
  assert.deepEqual(made.spec.containers[0]!.resources, {
    requests: { cpu: "200m", memory: "512Mi" },
    limits: { cpu: "500m", memory: "512Mi" },
  });
  assert.equal(
    made.metadata.annotations?.["kubernetes.io/limit-ranger"],
    "LimitRanger plugin set: memory request for container c; cpu, memory limit for container c; cpu, memory request for container d; cpu, memory limit for container d; cpu request for init container i; cpu limit for init container i",
  );
});

test("of two ranges the first one's defaults count, and a pod's overhead is not held against its bounds", async () => {
  const made = await ask<corev1.Pod>(ranger, { object: pod("a", {}, { namespace: "two" }) });
  assert.deepEqual(made.spec.containers[0]!.resources?.limits, { cpu: "1", memory: "1Mi" });
  const spec = { containers: [sized("c", { limits: { cpu: "1" } })], overhead: { cpu: "2" } };
  await ask(ranger, { object: pod("a", spec, { namespace: "two" }) });
});

test("what is out of bounds is refused, all reasons at once", async () => {
  const containers = (...list: object[]) => ({ object: pod("a", { containers: list }) });
  const [cpu, memory] = [
    { cpu: "10m", memory: "1Mi" },
    { cpu: "20m", memory: "2Gi" },
  ];
  assert.equal(
    await refusal(ranger, containers(sized("c", { requests: cpu, limits: memory }))),
    'pods "a" is forbidden: [minimum cpu usage per Container is 50m, but request is 10m, maximum memory usage per Container is 1Gi, but limit is 2Gi]',
  );
  assert.equal(
    await refusal(ranger, containers(sized("c", { requests: { cpu: "100m" }, limits: { cpu: "2" } }))),
    'pods "a" is forbidden: cpu max limit to request ratio per Container is 10, but provided ratio is 20.000000',
  );
  const big = { limits: { cpu: "1500m" }, requests: { cpu: "1" } };
  assert.equal(
    await refusal(ranger, containers(sized("c", big), sized("d", big))),
    'pods "a" is forbidden: maximum cpu usage per Pod is 2, but limit is 3',
  );
  assert.equal(
    await refusal(ranger, { object: pod("a", {}, { namespace: "bare" }) }),
    'pods "a" is forbidden: [minimum cpu usage per Pod is 50m.  No request is specified, maximum cpu usage per Pod is 1.  No limit is specified, maximum memory usage per Pod is 1Gi.  No limit is specified, cpu max limit to request ratio per Pod is 2, but no request is specified or request is 0]',
  );
});

test("volume claims are bounded by their request", async () => {
  const claim = (storage: string) => ({
    object: {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "v", namespace: "shop" },
      spec: { resources: { requests: { storage } } },
    },
  });
  const start = 'persistentvolumeclaims "v" is forbidden:';
  assert.equal(
    await refusal(ranger, claim("500Mi")),
    `${start} minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 500Mi`,
  );
  assert.equal(
    await refusal(ranger, claim("5Gi")),
    `${start} maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 5Gi`,
  );
});

test("a pod takes what its containers take together, or its greediest start", () => {
  const requests = (cpu: string) => ({ resources: { requests: { cpu } } });
  const object = pod("a", {
    containers: [requests("100m"), requests("200m")],
    initContainers: [
      { ...requests("50m"), restartPolicy: "Always" },
      requests("400m"),
      { ...requests("70m"), restartPolicy: "Always" },
    ],
    overhead: { cpu: "5m" },
  }) as unknown as corev1.Pod;
  assert.deepEqual(podAmounts(object, "requests"), { cpu: "455m" });
  assert.deepEqual(podAmounts(object, "limits"), {});
});

test("a quota counts what fits, and refuses the rest with the figures", async () => {
  const counted = (name: string, cpu: string, memory: string) => ({
    object: pod(
      name,
      { containers: [sized("c", { requests: { cpu }, limits: { memory } })] },
      { namespace: "counted" },
    ),
  });
  await ask(quotas, counted("a", "200m", "100Mi"));
  assert.equal(
    await refusal(quotas, counted("b", "400m", "1000Mi")),
    'pods "b" is forbidden: exceeded quota: plan, requested: limits.memory=1000Mi,requests.cpu=400m, used: limits.memory=100Mi,requests.cpu=200m, limited: limits.memory=1Gi,requests.cpu=500m',
  );
  const outcomes = await Promise.allSettled(["b", "c"].map((name) => ask(quotas, counted(name, "1m", "1Mi"))));
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ["fulfilled", "rejected"],
  );
  const written = await cluster.client.resource(resources.resourcequotas).get("plan", { namespace: "counted" });
  assert.deepEqual([written.status?.used?.["pods"], written.status?.used?.["requests.cpu"]], ["2", "201m"]);
});

test("a quota on compute wants every container to say what it takes", async () => {
  assert.equal(
    await refusal(quotas, { object: pod("a", {}, { namespace: "counted" }) }),
    'pods "a" is forbidden: failed quota: plan: must specify limits.memory for: c; requests.cpu for: c',
  );
});

test("quotas count objects of any kind", async () => {
  const metadata = { name: "x", namespace: "counted" };
  assert.equal(
    await refusal(quotas, { object: { apiVersion: "v1", kind: "ConfigMap", metadata } }),
    'configmaps "x" is forbidden: exceeded quota: plan, requested: configmaps=1, used: configmaps=1, limited: configmaps=1',
  );
  assert.equal(
    await refusal(quotas, { object: { apiVersion: "apps/v1", kind: "Deployment", metadata } }),
    'deployments.apps "x" is forbidden: exceeded quota: plan, requested: count/deployments.apps=1, used: count/deployments.apps=0, limited: count/deployments.apps=0',
  );
});

test("a quota with a scope is about the pods in it", async () => {
  const scoped = (spec: object) => ({ object: pod("a", spec, { namespace: "scoped" }) });
  const burstable = { containers: [sized("c", { requests: { cpu: "1m" } })] };
  await ask(quotas, scoped(burstable));
  assert.match(await refusal(quotas, scoped({})), /exceeded quota: best/);
  assert.match(await refusal(quotas, scoped({ ...burstable, activeDeadlineSeconds: 5 })), /exceeded quota: timed/);
});
