/** What upstream's API server answers where an update spells an amount in another way, and where it is another amount. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Answer, type ServerUnderTest, startServer } from "../testing/server-under-test.ts";

let api: ServerUnderTest;
before(async () => {
  api = await startServer();
});
after(() => api.stop());

const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
const pod = {
  restartPolicy: "Always",
  containers: [{ name: "main", image: "busybox", resources: { limits: { memory: "1Gi" } } }],
  volumes: [{ name: "own", ephemeral: { volumeClaimTemplate: { spec: claim } } }],
};
const template = { metadata: { labels: { app: "web" } }, spec: pod };
const ending = { ...template, spec: { ...pod, restartPolicy: "Never" } };
const served = { selector: { matchLabels: { app: "web" } }, template };
const devices = {
  requests: [{ name: "gpu", exactly: { deviceClassName: "gpu", capacity: { requests: { memory: "1Gi" } } } }],
};

const memory = "containers/0/resources/limits/memory";
const storage = "resources/requests/storage";
const capacity = "devices/requests/0/exactly/capacity/requests/memory";
const inPod = [memory, `volumes/0/ephemeral/volumeClaimTemplate/spec/${storage}`];

interface Sample {
  readonly name: string;
  /** Of the group and version; the collection is in a namespace. */
  readonly path: string;
  readonly object: object;
  /** Where its amounts are, and what each is within that. */
  readonly at: string;
  readonly amounts: readonly string[];
  /** Else an update to another amount counts the generation up. */
  readonly refusesChange?: boolean;
}

const samples: readonly Sample[] = [
  ...["deployments", "replicasets", "daemonsets", "statefulsets"].map((resource) => ({
    ...{ name: `a template of ${resource}`, path: `apps/v1 ${resource}`, object: { spec: served } },
    ...{ at: "/spec/template/spec", amounts: inPod },
  })),
  {
    ...{ name: "a stateful set's template of claims", path: "apps/v1 statefulsets" },
    object: { spec: { ...served, volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claim }] } },
    ...{ at: "/spec/volumeClaimTemplates/0/spec", amounts: [storage], refusesChange: true },
  },
  {
    ...{ name: "a job's template", path: "batch/v1 jobs", object: { spec: { template: ending } } },
    ...{ at: "/spec/template/spec", amounts: inPod, refusesChange: true },
  },
  {
    ...{ name: "a cron job's template", path: "batch/v1 cronjobs" },
    object: { spec: { schedule: "* * * * *", jobTemplate: { spec: { template: ending } } } },
    ...{ at: "/spec/jobTemplate/spec/template/spec", amounts: inPod },
  },
  {
    ...{ name: "a replication controller's template", path: "v1 replicationcontrollers" },
    object: { spec: { selector: { app: "web" }, template } },
    ...{ at: "/spec/template/spec", amounts: inPod },
  },
  { name: "a pod template", path: "v1 podtemplates", object: { template }, at: "/template/spec", amounts: inPod },
  { name: "a pod", path: "v1 pods", object: { spec: pod }, at: "/spec", amounts: inPod, refusesChange: true },
  {
    ...{ name: "a claim", path: "v1 persistentvolumeclaims", object: { spec: claim } },
    ...{ at: "/spec", amounts: [storage], refusesChange: true },
  },
  {
    ...{ name: "a claim of devices", path: "resource.k8s.io/v1 resourceclaims", object: { spec: { devices } } },
    ...{ at: "/spec", amounts: [capacity], refusesChange: true },
  },
  {
    ...{ name: "a template of claims of devices", path: "resource.k8s.io/v1 resourceclaimtemplates" },
    object: { spec: { spec: { devices } } },
    ...{ at: "/spec/spec", amounts: [capacity], refusesChange: true },
  },
];

for (const [position, { name, path, object, at, amounts, refusesChange = false }] of samples.entries()) {
  test(`an amount of ${name} is written as the update spells it, which changes nothing else`, async () => {
    const [version = "", resource] = path.split(" ");
    const collection = `/${version.includes("/") ? "apis" : "api"}/${version}/namespaces/default/${resource}`;
    const metadata = { name: `sample-${position}` };
    const made = await api.ask("POST", collection, { body: { metadata, ...object } });
    assert.equal(made.status, 201, made.text);
    const change = (value: string): Promise<Answer> => {
      const body = amounts.map((amount) => ({ op: "replace", path: `${at}/${amount}`, value }));
      return api.ask("PATCH", `${collection}/${metadata.name}`, { body, type: "application/json-patch+json" });
    };

    const respelled = await change("1073741824");
    assert.equal(respelled.status, 200, respelled.text);
    const { generation, annotations, resourceVersion } = respelled.body.metadata;
    assert.deepEqual({ generation, annotations }, pick(made.body.metadata));
    assert.notEqual(resourceVersion, made.body.metadata.resourceVersion);
    assert.equal(respelled.text.split('"1073741824"').length - 1, amounts.length);

    const other = await change("2Gi");
    assert.equal(other.status, refusesChange ? 422 : 200, other.text);
    if (!refusesChange) assert.equal(other.body.metadata.generation, generation + 1);
  });
}

function pick({ generation, annotations }: { generation?: number; annotations?: object }): object {
  return { generation, annotations };
}

test("a resize that only spells the amounts of a pod in another way counts for none", async () => {
  const made = await api.ask("POST", "/api/v1/namespaces/default/pods", {
    body: { metadata: { name: "resized" }, spec: pod },
  });
  const resize = (memory: string) =>
    api.ask("PATCH", "/api/v1/namespaces/default/pods/resized/resize", {
      body: { spec: { containers: [{ name: "main", resources: { limits: { memory } } }] } },
      type: "application/strategic-merge-patch+json",
    });
  const { generation } = made.body.metadata;
  const respelled = await resize("1073741824");
  assert.deepEqual([respelled.status, respelled.body.metadata.generation], [200, generation]);
  assert.equal((await resize("2Gi")).body.metadata.generation, generation + 1);
});
