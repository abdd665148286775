import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";

let api: ServerUnderTest;
before(async () => {
  api = await startServer();
});
after(() => api.stop());

const merge = "application/merge-patch+json";
const selector = { matchLabels: { a: "b" } };
const template = {
  metadata: { labels: { a: "b" } },
  spec: {
    containers: [{ name: "c", image: "i" }],
    restartPolicy: "Always",
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: "k", whenUnsatisfiable: "DoNotSchedule" }],
  },
};
const job = {
  suspend: true,
  completionMode: "Indexed",
  completions: 200_000,
  parallelism: 20_000,
  template: { ...template, spec: { ...template.spec, restartPolicy: "Never" } },
};

const noSelector = (path: string) =>
  `${path}.spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod`;
const tooLarge = (path: string) =>
  `${path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`;

interface Workload {
  readonly path: string;
  readonly object: object;
  /** Of what is wanted. */
  readonly change: object;
  readonly warnings: readonly string[];
}

const apps = (resource: string, spec: object, change: object = { spec: { minReadySeconds: 5 } }): Workload => ({
  path: `/apis/apps/v1/namespaces/default/${resource}`,
  object: { spec: { selector, template, ...spec } },
  change,
  warnings: [noSelector("spec.template")],
});

const workloads: readonly Workload[] = [
  apps("deployments", {}),
  apps("statefulsets", { serviceName: "s" }),
  apps("daemonsets", {}, { spec: { template: { spec: { hostname: "h" } } } }),
  apps("replicasets", {}),
  { ...apps("", { selector: { a: "b" } }), path: "/api/v1/namespaces/default/replicationcontrollers" },
  {
    path: "/api/v1/namespaces/default/podtemplates",
    object: { template },
    change: { template: { spec: { hostname: "h" } } },
    warnings: [noSelector("template")],
  },
  {
    path: "/apis/batch/v1/namespaces/default/jobs",
    object: { spec: job },
    change: { spec: { parallelism: 20_001 } },
    warnings: [tooLarge("spec"), noSelector("spec.template")],
  },
  {
    path: "/apis/batch/v1/namespaces/default/cronjobs",
    object: { spec: { schedule: "* * * * *", jobTemplate: { spec: job } } },
    change: { spec: { suspend: true } },
    warnings: [tooLarge("spec.jobTemplate.spec"), noSelector("spec.jobTemplate.spec.template")],
  },
];

test("a template is warned of when it is made and when what is wanted changes, not with every label", async () => {
  for (const { path, object, change, warnings } of workloads) {
    const expected = warnings.map((text) => `299 - "${text}"`).join(", ");
    const made = await api.ask("POST", path, { body: { metadata: { name: "w" }, ...object } });
    assert.deepEqual([made.status, made.headers["warning"]], [201, expected], made.text);
    const labels = { metadata: { labels: { x: "y" } } };
    const labelled = await api.ask("PATCH", `${path}/w`, { type: merge, body: labels });
    assert.deepEqual([labelled.status, labelled.headers["warning"]], [200, undefined], path);
    const changed = await api.ask("PATCH", `${path}/w`, { type: merge, body: change });
    assert.deepEqual([changed.status, changed.headers["warning"]], [200, expected], changed.text);
  }
});
