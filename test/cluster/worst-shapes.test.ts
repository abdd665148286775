/** Bodies within the limits that were made to be hard: they are answered, in little time and memory, and others are served. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type ServerUnderTest, startServer } from "../../src/apiserver/testing/server-under-test.ts";
import { eventually } from "../support/eventually.ts";

const core = "/api/v1/namespaces/default";
const mebibyte = 1024 * 1024;
let api: ServerUnderTest;

before(async () => {
  api = await startServer();
});
after(() => api.stop());

const many = <T>(count: number, item: (position: number) => T): T[] => Array.from({ length: count }, (_, i) => item(i));
const entries = (count: number, key: string) => Object.fromEntries(many(count, (i) => [`${key}${i}`, ""]));

const metadata = { name: "worst" };
const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata };
const pod = { apiVersion: "v1", kind: "Pod", metadata };

/** Each is wrong in a hundred thousand places. */
const wrongEverywhere: Readonly<Record<string, { readonly path: string; readonly body: object }>> = {
  "keys of data": {
    path: `${core}/configmaps`,
    body: { ...configMap, data: entries(130_000, "k ") },
  },
  "owners, each of which is printed with all the others": {
    path: `${core}/configmaps`,
    body: {
      ...configMap,
      metadata: {
        ...metadata,
        ownerReferences: many(10_000, (i) => ({
          apiVersion: "v1",
          kind: "A",
          name: "a",
          uid: `${i}`,
          controller: true,
        })),
      },
    },
  },
  "empty requirements of a selector": {
    path: "/apis/apps/v1/namespaces/default/deployments",
    body: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        selector: { matchExpressions: many(150_000, () => ({})) },
        template: { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "a", image: "a" }] } },
      },
    },
  },
  "headless addresses, each of which is printed with all the others": {
    path: `${core}/services`,
    body: {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { clusterIP: "None", clusterIPs: many(10_000, () => "None") },
    },
  },
  "empty containers": {
    path: `${core}/pods`,
    body: { ...pod, spec: { containers: many(150_000, () => ({})) } },
  },
};

for (const [what, { path, body }] of Object.entries(wrongEverywhere))
  test(`what is wrong everywhere is told of in part: ${what}`, async () => {
    const { status, body: answer } = await api.ask("POST", path, { body });
    assert.equal(status, 422);
    const text = JSON.stringify(answer);
    assert.ok(text.length > 1000, "some of it is told");
    assert.ok(text.length < 8 * mebibyte, `${text.length} characters are answered`);
  });

test("warnings that no answer holds cost as much as their number, not their square", async () => {
  const env = many(150_000, () => ({ name: "a" }));
  const before = process.cpuUsage();
  const { status, headers } = await api.ask("POST", `${core}/pods?dryRun=All`, {
    body: { ...pod, spec: { containers: [{ name: "a", image: "a", env }] } },
  });
  const { user } = process.cpuUsage(before);
  assert.equal(status, 201);
  assert.ok(headers["warning"]);
  assert.ok(user < 3_000_000, `${user} µs of a processor`);
});

/** User time of the process, of an answer with this status. */
async function costOf(status: number, path: string, body: object): Promise<number> {
  const before = process.cpuUsage();
  assert.equal((await api.ask("POST", path, { body })).status, status);
  return process.cpuUsage(before).user;
}

/** Work that grows with the square of the number would cost a hundred times as much. */
async function assertGrowsWithNumber(count: number, cost: (count: number) => Promise<number>): Promise<void> {
  await cost(count);
  const small = await cost(count);
  const large = await cost(10 * count);
  assert.ok(large < 40 * small, `${count} cost ${small} µs, ten times as many ${large}`);
}

test("topology constraints are told apart in one look at each", async () => {
  const at = (i: number) => ({ topologyKey: `a${i}`, maxSkew: 1, whenUnsatisfiable: "DoNotSchedule" });
  const body = (count: number) => ({
    ...pod,
    spec: { containers: [{ name: "a", image: "a" }], topologySpreadConstraints: many(count, at) },
  });
  await assertGrowsWithNumber(3000, (count) => costOf(201, `${core}/pods?dryRun=All`, body(count)));
});

test("the fields of many old managers are brought together by halves", async () => {
  const manager = (i: number) => ({
    ...{ manager: `m${i}`, operation: "Update", apiVersion: "v1", fieldsType: "FieldsV1" },
    fieldsV1: { "f:data": { [`f:a${i}`]: {} } },
  });
  const body = (count: number) => ({ ...configMap, metadata: { ...metadata, managedFields: many(count, manager) } });
  await assertGrowsWithNumber(1500, (count) => costOf(201, `${core}/configmaps?dryRun=All`, body(count)));
});

test("a custom object with a hundred thousand unknown fields is answered", async () => {
  const names = { plural: "ws", singular: "w", kind: "W" };
  const schema = { openAPIV3Schema: { type: "object", properties: { spec: { type: "object" } } } };
  const spec = { group: "worst.io", scope: "Namespaced", names };
  const { status } = await api.ask("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
    body: {
      ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name: "ws.worst.io" } },
      spec: { ...spec, versions: [{ name: "v1", served: true, storage: true, schema }] },
    },
  });
  assert.equal(status, 201);
  const path = "/apis/worst.io/v1/namespaces/default/ws";
  await eventually(async () => assert.equal((await api.ask("GET", path)).status, 200));
  const body = { apiVersion: "worst.io/v1", kind: "W", metadata, spec: entries(200_000, "k") };
  assert.equal((await api.ask("POST", path, { body })).status, 201);
});
