/** Deployments, replica sets, services and garbage, on a whole API server. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type appsv1, type corev1, resources } from "../../src/api/mod.ts";
import { type Harness, startHarness } from "./controllers-harness.ts";

let cluster: Harness;
const namespace = "work";

before(async () => {
  cluster = await startHarness();
  await cluster.addNamespace(namespace);
});
after(() => cluster.stop());

function deploymentOf(name: string, image = "web:1", replicas = 3) {
  const labels = { app: name };
  return {
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "web", image }] } },
    },
  };
}

const isRolledOut = (deployment: appsv1.Deployment) =>
  deployment.status?.observedGeneration === deployment.metadata.generation &&
  deployment.status?.updatedReplicas === deployment.spec.replicas &&
  deployment.status?.availableReplicas === deployment.spec.replicas &&
  deployment.status?.replicas === deployment.spec.replicas &&
  deployment.status?.conditions?.some((one) => one.reason === "NewReplicaSetAvailable") === true;

test("a namespace gets its default service account and the root certificate", async () => {
  await cluster.until(resources.serviceaccounts, { name: "default", namespace }, () => true);
  const map = await cluster.until(resources.configmaps, { name: "kube-root-ca.crt", namespace }, () => true);
  assert.equal(map.data?.["ca.crt"], "root certificate");
});

test("a deployment comes up, with upstream's labels, annotations, conditions and owners", async () => {
  await cluster.client.resource(resources.deployments).create(deploymentOf("web"));
  const deployment = await cluster.until(resources.deployments, { name: "web", namespace }, isRolledOut);
  assert.equal(deployment.metadata.annotations?.["deployment.kubernetes.io/revision"], "1");
  const types = deployment.status?.conditions?.map((one) => `${one.type}=${one.status} ${one.reason}`).sort();
  assert.deepEqual(types, ["Available=True MinimumReplicasAvailable", "Progressing=True NewReplicaSetAvailable"]);

  const sets = (await cluster.client.resource(resources.replicasets).list({ namespace, labelSelector: "app=web" }))
    .items;
  assert.equal(sets.length, 1);
  const [set] = sets;
  const hash = set!.metadata.labels?.["pod-template-hash"];
  assert.equal(set!.metadata.name, `web-${hash}`);
  assert.equal(set!.metadata.ownerReferences?.[0]?.uid, deployment.metadata.uid);
  const pods = (await cluster.client.resource(resources.pods).list({ namespace, labelSelector: "app=web" })).items;
  assert.equal(pods.length, 3);
  assert.ok(pods.every((pod) => pod.metadata.name.startsWith(`web-${hash}-`)));
  assert.ok(pods.every((pod) => pod.metadata.ownerReferences?.[0]?.uid === set!.metadata.uid));
});

test("a new image rolls out as a new revision, and going back takes the old replica set again", async () => {
  const deployments = cluster.client.resource(resources.deployments);
  const setImage = (image: string) =>
    deployments.patch(
      "web",
      { spec: { template: { spec: { containers: [{ name: "web", image }] } } } },
      { type: "strategic", namespace },
    );
  await setImage("web:2");
  const second = await cluster.until(
    resources.deployments,
    { name: "web", namespace },
    (one) => isRolledOut(one) && one.metadata.annotations?.["deployment.kubernetes.io/revision"] === "2",
  );
  assert.equal(second.metadata.generation, 2);
  await setImage("web:1");
  await cluster.until(
    resources.deployments,
    { name: "web", namespace },
    (one) => isRolledOut(one) && one.metadata.annotations?.["deployment.kubernetes.io/revision"] === "3",
  );
  const sets = (await cluster.client.resource(resources.replicasets).list({ namespace, labelSelector: "app=web" }))
    .items;
  const revisions = sets.map((set) => [
    set.metadata.annotations?.["deployment.kubernetes.io/revision"],
    set.spec.replicas,
  ]);
  assert.deepEqual(revisions.sort(), [
    ["2", 0],
    ["3", 3],
  ]);
});

test("scaling says so in an event, and is done", async () => {
  await cluster.client
    .resource(resources.deployments)
    .patch("web", { spec: { replicas: 5 } }, { type: "merge", namespace });
  await cluster.until(resources.deployments, { name: "web", namespace }, isRolledOut);
  const events = await cluster.untilAll(resources.events, namespace, (all) =>
    all.some((event) => event.reason === "ScalingReplicaSet" && / from 3 to 5$/.test(event.message ?? "")),
  );
  const scaling = events.filter((event) => event.reason === "ScalingReplicaSet" && event.involvedObject.name === "web");
  assert.equal(scaling[0]?.involvedObject.kind, "Deployment");
  assert.match(scaling[0]?.message ?? "", /^Scaled up replica set web-\w+ from 0 to 3$/);
});

test("a paused deployment scales but does not roll out", async () => {
  const deployments = cluster.client.resource(resources.deployments);
  await deployments.patch("web", { spec: { paused: true } }, { type: "merge", namespace });
  const template = { spec: { containers: [{ name: "web", image: "web:9" }] } };
  await deployments.patch("web", { spec: { replicas: 2, template } }, { type: "strategic", namespace });
  const paused = await cluster.until(
    resources.deployments,
    { name: "web", namespace },
    (one) => one.status?.replicas === 2 && one.status.observedGeneration === one.metadata.generation,
  );
  assert.equal(paused.status?.updatedReplicas, undefined);
  assert.ok(paused.status?.conditions?.some((one) => one.reason === "DeploymentPaused"));
  await deployments.patch("web", { spec: { paused: false } }, { type: "merge", namespace });
  await cluster.until(resources.deployments, { name: "web", namespace }, isRolledOut);
});

test("a service finds its pods in endpoints and slices", async () => {
  const spec = { selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] };
  await cluster.client.resource(resources.services).create({ metadata: { name: "web", namespace }, spec } as never);
  const endpoints = await cluster.until(
    resources.endpoints,
    { name: "web", namespace },
    (one) => one.subsets?.[0]?.addresses?.length === 2,
  );
  assert.deepEqual(endpoints.subsets?.[0]?.ports, [{ port: 8080, protocol: "TCP" }]);
  const slices = await cluster.untilAll(resources.endpointslices, namespace, (all) =>
    all.some((one) => one.endpoints?.length === 2),
  );
  assert.equal(slices[0]?.metadata.labels?.["kubernetes.io/service-name"], "web");
  assert.ok(slices[0]?.endpoints?.every((one) => one.conditions?.ready === true && one.targetRef?.kind === "Pod"));
});

test("a recreation waits for the old pods before it makes new ones", async () => {
  const draft = deploymentOf("single", "one:1", 2);
  const strategy = { type: "Recreate" } as const;
  await cluster.client.resource(resources.deployments).create({ ...draft, spec: { ...draft.spec, strategy } });
  await cluster.until(resources.deployments, { name: "single", namespace }, isRolledOut);
  cluster.pods.mayGo = () => false;
  const template = { spec: { containers: [{ name: "web", image: "one:2" }] } };
  await cluster.client
    .resource(resources.deployments)
    .patch("single", { spec: { template } }, { type: "strategic", namespace });
  const listed = () => cluster.client.resource(resources.pods).list({ namespace, labelSelector: "app=single" });
  await cluster.untilAll(resources.pods, namespace, (all) =>
    all.filter((one) => one.metadata.labels?.["app"] === "single").every((one) => one.metadata.deletionTimestamp),
  );
  assert.deepEqual(
    (await listed()).items.map((one) => one.spec.containers[0]?.image),
    ["one:1", "one:1"],
  );
  cluster.pods.mayGo = () => true;
  await cluster.pods.again();
  await cluster.until(resources.deployments, { name: "single", namespace }, isRolledOut);
  assert.deepEqual(
    (await listed()).items.map((one) => one.spec.containers[0]?.image),
    ["one:2", "one:2"],
  );
});

test("deleting a deployment takes its replica sets and pods along", async () => {
  await cluster.client.resource(resources.deployments).delete("single", { namespace });
  const isHers = (one: { metadata: { labels?: Record<string, string> } }) => one.metadata.labels?.["app"] === "single";
  await cluster.untilAll(resources.pods, namespace, (all) => !all.some(isHers));
  await cluster.untilAll(resources.replicasets, namespace, (all) => !all.some(isHers));
});

test("foreground deletion goes from the leaves to the root, orphaning leaves them", async () => {
  await cluster.client.resource(resources.deployments).create(deploymentOf("root", "root:1", 1));
  await cluster.until(resources.deployments, { name: "root", namespace }, isRolledOut);
  cluster.pods.mayGo = () => false;
  await cluster.client.resource(resources.deployments).delete("root", { namespace, propagationPolicy: "Foreground" });
  await cluster.untilAll(resources.pods, namespace, (all) =>
    all.some((one) => one.metadata.labels?.["app"] === "root" && one.metadata.deletionTimestamp !== undefined),
  );
  const waiting = await cluster.client.resource(resources.deployments).get("root", { namespace });
  assert.deepEqual(waiting.metadata.finalizers, ["foregroundDeletion"]);
  cluster.pods.mayGo = () => true;
  await cluster.pods.again();
  await cluster.untilAll(resources.deployments, namespace, (all) => !all.some((one) => one.metadata.name === "root"));

  await cluster.client.resource(resources.deployments).create(deploymentOf("kept", "kept:1", 1));
  await cluster.until(resources.deployments, { name: "kept", namespace }, isRolledOut);
  await cluster.client.resource(resources.deployments).delete("kept", { namespace, propagationPolicy: "Orphan" });
  await cluster.untilAll(resources.deployments, namespace, (all) => !all.some((one) => one.metadata.name === "kept"));
  const [set] = (await cluster.client.resource(resources.replicasets).list({ namespace, labelSelector: "app=kept" }))
    .items;
  assert.deepEqual(set?.metadata.ownerReferences ?? [], []);
});

test("a replica set takes an orphan that matches, lets go of a pod that no longer does, and makes up for it", async () => {
  const pods = cluster.client.resource(resources.pods);
  const labels = { app: "adopter" };
  const containers = [{ name: "web", image: "web:1" }];
  await pods.create({ metadata: { name: "orphan", namespace, labels }, spec: { containers } });
  const template = { metadata: { labels }, spec: { containers } };
  await cluster.client.resource(resources.replicasets).create({
    metadata: { name: "adopter", namespace },
    spec: { replicas: 2, selector: { matchLabels: labels }, template },
  });
  const isOwned = (pod: corev1.Pod) => pod.metadata.ownerReferences?.[0]?.name === "adopter";
  const owned = await cluster.untilAll(resources.pods, namespace, (all) => all.filter(isOwned).length === 2);
  assert.ok(owned.some((pod) => pod.metadata.name === "orphan"));
  await pods.patch("orphan", { metadata: { labels: { app: "free" } } }, { type: "merge", namespace });
  const left = await cluster.untilAll(
    resources.pods,
    namespace,
    (all) => all.filter(isOwned).length === 2 && all.some((pod) => pod.metadata.name === "orphan" && !isOwned(pod)),
  );
  assert.ok(left.some((pod) => pod.metadata.name === "orphan"));
});

test("a deleted namespace is emptied and goes", async () => {
  await cluster.client.resource(resources.namespaces).delete(namespace);
  await cluster.untilAll(resources.namespaces, undefined, (all) => !all.some((one) => one.metadata.name === namespace));
  assert.equal((await cluster.client.resource(resources.pods).list({ namespace })).items.length, 0);
});
