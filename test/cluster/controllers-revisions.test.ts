/** Which updates of stateful and daemon sets make a new revision, on a whole API server. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type appsv1, type KubernetesObject, type ResourceInfo, resources } from "../../src/api/mod.ts";
import { type Harness, startHarness } from "./controllers-harness.ts";

let cluster: Harness;
const namespace = "work";

before(async () => {
  cluster = await startHarness();
  await cluster.addNamespace(namespace);
});
after(() => cluster.stop());

function specOf(name: string, memory: string) {
  const labels = { app: name };
  const container = { name: "main", image: "main:1", resources: { limits: { memory } } };
  return {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [container], serviceAccountName: "default" } },
  };
}

/** What the set's pods and revisions are. */
async function identities(name: string): Promise<unknown> {
  const of = { namespace, labelSelector: `app=${name}` };
  const pods = (await cluster.client.resource(resources.pods).list(of)).items;
  const revisions = (await cluster.client.resource(resources.controllerrevisions).list(of)).items;
  return [...pods, ...revisions].map(({ metadata: { uid } }) => uid).sort();
}

interface Workload extends KubernetesObject {
  spec: object;
  status?: { observedGeneration?: number };
}

const kinds = [
  {
    name: "a stateful set",
    resource: resources.statefulsets as unknown as ResourceInfo<Workload>,
    isUpdated: ({ status }: appsv1.StatefulSet) =>
      status?.updatedReplicas === 1 && status.currentRevision === status.updateRevision,
  },
  {
    name: "a daemon set",
    resource: resources.daemonsets as unknown as ResourceInfo<Workload>,
    isUpdated: ({ status }: appsv1.DaemonSet) => status?.updatedNumberScheduled === 1,
  },
];

for (const { name: kind, resource, isUpdated } of kinds) {
  test(`${kind} whose amounts are only spelled in another way keeps its revision and its pods`, async () => {
    const name = resource.resource;
    const sets = cluster.client.resource(resource);
    const isSettled = (set: Workload) =>
      set.status?.observedGeneration === set.metadata.generation && isUpdated(set as never);
    await sets.create({ metadata: { name, namespace }, spec: specOf(name, "1Gi") });
    const made = await cluster.until(resource, { name, namespace }, isSettled);
    const before = await identities(name);
    // Another thing in the spec, so that the controller says when it has seen both.
    const written = await sets.update({ ...made, spec: { ...specOf(name, "1073741824"), minReadySeconds: 1 } });
    assert.notEqual(written.metadata.generation, made.metadata.generation);
    await cluster.until(resource, { name, namespace }, isSettled);
    assert.deepEqual(await identities(name), before);
  });
}
