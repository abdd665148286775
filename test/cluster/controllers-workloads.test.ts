/** Jobs, cron jobs, stateful sets and daemon sets, on a whole API server. */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { type appsv1, type batchv1, type corev1, type Draft, resources } from "../../src/api/mod.ts";
import { failed, type Harness, running, startHarness, succeeded } from "./controllers-harness.ts";

let cluster: Harness;
const namespace = "work";

before(async () => {
  cluster = await startHarness({ nodes: ["node-0", "node-1"] });
  await cluster.addNamespace(namespace);
});
afterEach(() => {
  cluster.pods.outcome = () => running;
  cluster.pods.mayGo = () => true;
});
after(() => cluster.stop());

const containers = [{ name: "main", image: "main:1" }];
const labelsOf = (name: string) => ({ app: name });
const isOf = (name: string) => (pod: corev1.Pod) => pod.metadata.labels?.["app"] === name;

async function podsOf(name: string): Promise<readonly corev1.Pod[]> {
  return (await cluster.client.resource(resources.pods).list({ namespace, labelSelector: `app=${name}` })).items;
}

function jobOf(name: string, spec: Partial<batchv1.JobSpec>): Draft<batchv1.Job> {
  const template = { metadata: { labels: labelsOf(name) }, spec: { containers, restartPolicy: "Never" as const } };
  return { metadata: { name, namespace }, spec: { template, ...spec } };
}

const hasCondition = (type: string) => (job: batchv1.Job) =>
  job.status?.conditions?.some((one) => one.type === type && one.status === "True") === true;

test("a job runs its pods to completion, counts each once and lets them go", async () => {
  cluster.pods.outcome = () => succeeded;
  await cluster.client.resource(resources.jobs).create(jobOf("sum", { parallelism: 2, completions: 5 }));
  const job = await cluster.until(resources.jobs, { name: "sum", namespace }, hasCondition("Complete"));
  assert.equal(job.status?.succeeded, 5);
  assert.deepEqual(job.status?.uncountedTerminatedPods, {});
  assert.ok(job.status?.completionTime);
  const pods = await podsOf("sum");
  assert.equal(pods.length, 5);
  assert.ok(pods.every((pod) => (pod.metadata.finalizers ?? []).length === 0));
  assert.ok(pods.every((pod) => pod.metadata.labels?.["batch.kubernetes.io/job-name"] === "sum"));
});

test("an indexed job gives each pod its index, in name, label, annotation and environment", async () => {
  cluster.pods.outcome = () => succeeded;
  const spec = { parallelism: 3, completions: 3, completionMode: "Indexed" } as const;
  await cluster.client.resource(resources.jobs).create(jobOf("parts", spec));
  const job = await cluster.until(resources.jobs, { name: "parts", namespace }, hasCondition("Complete"));
  assert.equal(job.status?.completedIndexes, "0-2");
  const pods = await podsOf("parts");
  const indexes = pods.map((pod) => pod.metadata.annotations?.["batch.kubernetes.io/job-completion-index"]).sort();
  assert.deepEqual(indexes, ["0", "1", "2"]);
  assert.ok(pods.every((pod) => pod.spec.hostname === pod.metadata.generateName?.slice(0, -1)));
  assert.equal(pods[0]?.spec.containers[0]?.env?.[0]?.name, "JOB_COMPLETION_INDEX");
});

test("a job without further tries fails with its first pod", async () => {
  cluster.pods.outcome = () => failed;
  await cluster.client.resource(resources.jobs).create(jobOf("bad", { backoffLimit: 0 }));
  const job = await cluster.until(resources.jobs, { name: "bad", namespace }, hasCondition("Failed"));
  assert.equal(job.status?.failed, 1);
  const types = job.status?.conditions?.map((one) => `${one.type} ${one.reason}`);
  assert.deepEqual(types, ["FailureTarget BackoffLimitExceeded", "Failed BackoffLimitExceeded"]);
});

test("a suspended job has no pods, and resumed it runs", async () => {
  cluster.pods.outcome = () => succeeded;
  await cluster.client.resource(resources.jobs).create(jobOf("later", { suspend: true }));
  await cluster.until(resources.jobs, { name: "later", namespace }, hasCondition("Suspended"));
  assert.equal((await podsOf("later")).length, 0);
  await cluster.client
    .resource(resources.jobs)
    .patch("later", { spec: { suspend: false } }, { type: "merge", namespace });
  await cluster.until(resources.jobs, { name: "later", namespace }, hasCondition("Complete"));
});

test("a finished job goes when its time to live is over, and its pods with it", async () => {
  cluster.pods.outcome = () => succeeded;
  await cluster.client.resource(resources.jobs).create(jobOf("brief", { ttlSecondsAfterFinished: 0 }));
  await cluster.untilAll(resources.pods, namespace, (all) => all.some(isOf("brief")));
  await cluster.untilAll(resources.jobs, namespace, (all) => !all.some((job) => job.metadata.name === "brief"));
  await cluster.untilAll(resources.pods, namespace, (all) => !all.some(isOf("brief")));
});

test("a cron job makes a job named after its minute, and none while it is forbidden", async () => {
  const template = { metadata: { labels: labelsOf("tick") }, spec: { containers, restartPolicy: "Never" as const } };
  const cronJob = await cluster.client.resource(resources.cronjobs).create({
    metadata: { name: "tick", namespace },
    spec: { schedule: "@every 1s", concurrencyPolicy: "Forbid", jobTemplate: { spec: { template } } },
  });
  const jobs = await cluster.untilAll(resources.jobs, namespace, (all) =>
    all.some((job) => job.metadata.name.startsWith("tick-")),
  );
  const job = jobs.find((one) => one.metadata.name.startsWith("tick-"));
  assert.match(job!.metadata.name, /^tick-\d{8}$/);
  assert.equal(job!.metadata.ownerReferences?.[0]?.uid, cronJob.metadata.uid);
  const listed = await cluster.until(
    resources.cronjobs,
    { name: "tick", namespace },
    (one) => one.status?.active?.length === 1,
  );
  assert.equal(listed.status?.active?.[0]?.name, job!.metadata.name);
  await cluster.client.resource(resources.cronjobs).delete("tick", { namespace });
  await cluster.untilAll(resources.jobs, namespace, (all) => !all.some((one) => one.metadata.name.startsWith("tick-")));
});

function setOf(name: string, spec: Partial<appsv1.StatefulSetSpec> = {}): Draft<appsv1.StatefulSet> {
  const template = { metadata: { labels: labelsOf(name) }, spec: { containers } };
  const selector = { matchLabels: labelsOf(name) };
  return { metadata: { name, namespace }, spec: { serviceName: name, replicas: 3, selector, template, ...spec } };
}

const isSettled = (set: appsv1.StatefulSet) =>
  set.status?.observedGeneration === set.metadata.generation &&
  set.status?.readyReplicas === set.spec.replicas &&
  set.status?.updatedReplicas === set.spec.replicas &&
  set.status?.currentRevision === set.status?.updateRevision;

test("a stateful set comes up one by one, each pod with its name and its claim", async () => {
  const names: string[] = [];
  const removeHandler = cluster.informers.informer(resources.pods).addHandler({
    add: (pod) => void (isOf("db")(pod) && names.push(pod.metadata.name)),
  });
  const claim = {
    metadata: { name: "data" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  };
  await cluster.client
    .resource(resources.statefulsets)
    .create(setOf("db", { volumeClaimTemplates: [claim as unknown as corev1.PersistentVolumeClaim] }));
  await cluster.until(resources.statefulsets, { name: "db", namespace }, isSettled);
  removeHandler();
  assert.deepEqual(names, ["db-0", "db-1", "db-2"]);
  const pod = await cluster.client.resource(resources.pods).get("db-1", { namespace });
  assert.equal(pod.metadata.labels?.["statefulset.kubernetes.io/pod-name"], "db-1");
  assert.equal(pod.metadata.labels?.["apps.kubernetes.io/pod-index"], "1");
  assert.equal(pod.spec.hostname, "db-1");
  assert.equal(pod.spec.subdomain, "db");
  assert.equal(pod.spec.volumes?.[0]?.persistentVolumeClaim?.claimName, "data-db-1");
  const claims = (await cluster.client.resource(resources.persistentvolumeclaims).list({ namespace })).items;
  assert.deepEqual(claims.map((one) => one.metadata.name).sort(), ["data-db-0", "data-db-1", "data-db-2"]);
});

test("an update of a stateful set goes from the last to the first, down to the partition", async () => {
  const sets = cluster.client.resource(resources.statefulsets);
  const image = (text: string) => ({ spec: { containers: [{ name: "main", image: text }] } });
  const updateStrategy = { type: "RollingUpdate", rollingUpdate: { partition: 1 } };
  await sets.patch("db", { spec: { template: image("main:2"), updateStrategy } }, { type: "strategic", namespace });
  await cluster.until(
    resources.statefulsets,
    { name: "db", namespace },
    (set) => set.status?.updatedReplicas === 2 && set.status.readyReplicas === 3,
  );
  const images = async () =>
    (await podsOf("db")).map((pod) => `${pod.metadata.name} ${pod.spec.containers[0]?.image}`).sort();
  assert.deepEqual(await images(), ["db-0 main:1", "db-1 main:2", "db-2 main:2"]);
  const rollingUpdate = { partition: 0 };
  await sets.patch("db", { spec: { updateStrategy: { rollingUpdate } } }, { type: "merge", namespace });
  await cluster.until(resources.statefulsets, { name: "db", namespace }, isSettled);
  assert.deepEqual(await images(), ["db-0 main:2", "db-1 main:2", "db-2 main:2"]);
});

test("a stateful set shrinks from the end, and its claims stay", async () => {
  const sets = cluster.client.resource(resources.statefulsets);
  await sets.patch("db", { spec: { replicas: 1 } }, { type: "merge", namespace });
  await cluster.until(resources.statefulsets, { name: "db", namespace }, (set) => set.status?.replicas === 1);
  assert.deepEqual(
    (await podsOf("db")).map((pod) => pod.metadata.name),
    ["db-0"],
  );
  assert.equal((await cluster.client.resource(resources.persistentvolumeclaims).list({ namespace })).items.length, 3);
});

function daemonOf(name: string, image: string): Draft<appsv1.DaemonSet> {
  const template = { metadata: { labels: labelsOf(name) }, spec: { containers: [{ name: "main", image }] } };
  return { metadata: { name, namespace }, spec: { selector: { matchLabels: labelsOf(name) }, template } };
}

const isEverywhere = (nodes: number) => (set: appsv1.DaemonSet) =>
  set.status?.observedGeneration === set.metadata.generation &&
  set.status?.desiredNumberScheduled === nodes &&
  set.status.updatedNumberScheduled === nodes &&
  set.status.numberAvailable === nodes;

test("a daemon set has a pod on every node, on new ones too, and replaces one that fails", async () => {
  await cluster.client.resource(resources.daemonsets).create(daemonOf("agent", "agent:1"));
  await cluster.until(resources.daemonsets, { name: "agent", namespace }, isEverywhere(2));
  const nodes = (await podsOf("agent")).map((pod) => pod.spec.nodeName).sort();
  assert.deepEqual(nodes, ["node-0", "node-1"]);

  const node = { metadata: { name: "node-2" }, spec: {} };
  await cluster.client.resource(resources.nodes).create(node);
  await cluster.until(resources.daemonsets, { name: "agent", namespace }, isEverywhere(3));

  const [victim] = await podsOf("agent");
  const status = { ...victim!.status, phase: "Failed" as const };
  await cluster.client.resource(resources.pods).updateStatus({ ...victim!, status });
  await cluster.untilAll(
    resources.pods,
    namespace,
    (all) =>
      all.filter((pod) => isOf("agent")(pod) && pod.status?.phase === "Running").length === 3 &&
      !all.some((pod) => pod.metadata.uid === victim!.metadata.uid),
  );
});

test("an update of a daemon set replaces its pods, and its history has both templates", async () => {
  const template = { spec: { containers: [{ name: "main", image: "agent:2" }] } };
  await cluster.client
    .resource(resources.daemonsets)
    .patch("agent", { spec: { template } }, { type: "strategic", namespace });
  await cluster.until(resources.daemonsets, { name: "agent", namespace }, isEverywhere(3));
  assert.ok((await podsOf("agent")).every((pod) => pod.spec.containers[0]?.image === "agent:2"));
  const revisions = (
    await cluster.client.resource(resources.controllerrevisions).list({ namespace, labelSelector: "app=agent" })
  ).items;
  assert.deepEqual(revisions.map((one) => one.revision).sort(), [1, 2]);
  // Clients compare the bytes with what they make of the template, and Go writes keys in order.
  for (const { data } of revisions) {
    const { template } = (data as { spec: { template: { spec: object } } }).spec;
    for (const part of [template, template.spec]) assert.deepEqual(Object.keys(part), Object.keys(part).toSorted());
  }
});
