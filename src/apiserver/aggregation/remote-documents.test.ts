import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  type AggregatedServer,
  type Answer,
  group,
  makeEndpoints,
  makeService,
  register,
  registrationPath,
  startAggregatedServer,
  untilReason,
  version,
} from "./testing/aggregated-server.ts";

const aggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
const things = {
  resource: "things",
  responseKind: { group, version, kind: "Thing" },
  scope: "Namespaced",
  singularResource: "thing",
  verbs: ["get", "list"],
};
const plainThings = { name: "things", singularName: "thing", namespaced: true, kind: "Thing", verbs: ["get", "list"] };
const prefix = `apis/${group}/${version}`;
const thingSchema = { type: "object", properties: { spec: { $ref: "#/definitions/test.Spec" } } };

const documents: Readonly<Record<string, object>> = {
  [`/${prefix}`]: { kind: "APIResourceList", groupVersion: `${group}/${version}`, resources: [plainThings] },
  "/openapi/v3": { paths: { [prefix]: { serverRelativeURL: `/openapi/v3/${prefix}?hash=AB` }, version: {} } },
  [`/openapi/v3/${prefix}`]: { openapi: "3.0.0", paths: { [`/${prefix}/things`]: {} } },
  "/openapi/v2": {
    swagger: "2.0",
    paths: {
      [`/${prefix}/things`]: { get: { responses: { 200: { schema: { $ref: "#/definitions/test.Thing" } } } } },
      "/version/": {},
    },
    definitions: { "test.Thing": thingSchema, "test.Spec": { type: "object" }, "test.Unused": {} },
  },
};

/** A server of before aggregated discovery, or one that has it. */
const describe =
  (isNew: boolean): Answer =>
  ({ url, headers }, response) => {
    if (url === "/apis") {
      if (!isNew || !headers.accept?.includes("APIGroupDiscoveryList")) return response.writeHead(406).end();
      const items = [{ metadata: { name: group }, versions: [{ version, resources: [things] }] }];
      return response.setHeader("content-type", aggregatedType).end(JSON.stringify({ items }));
    }
    const document = documents[url];
    response.writeHead(document ? 200 : 404, { "content-type": "application/json" });
    return response.end(JSON.stringify(document ?? {}));
  };

let api: AggregatedServer;
before(async () => {
  api = await startAggregatedServer();
  api.extension.answer = describe(false);
  await makeService(api);
  await makeEndpoints(api);
  await register(api);
  await untilReason(api, "Passed");
});
after(() => api.stop());

const items = async () => (await api.ask("GET", "/apis", { accept: aggregatedType })).body.items;

/** The group's only version in the aggregated document, once it says `freshness`. */
async function untilFresh(freshness: string) {
  for (const end = Date.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 5))) {
    const entry = (await items()).find((one: { metadata: { name: string } }) => one.metadata.name === group);
    if (entry?.versions[0].freshness === freshness) return entry.versions[0];
    if (Date.now() > end) throw new Error(`never ${freshness}: ${JSON.stringify(entry)}`);
  }
}

test("a group of another server stands where its priority puts it", async () => {
  const { body } = await api.ask("GET", "/apis");
  const names = body.groups.map(({ name }: { name: string }) => name);
  assert.deepEqual(names.slice(0, 2), ["apiregistration.k8s.io", "apps"]);
  assert.equal(names.at(-1), group);
  const one = await api.ask("GET", `/apis/${group}`);
  assert.deepEqual(one.body.preferredVersion, { groupVersion: `${group}/${version}`, version });
});

test("a server without an aggregated document is described from its plain list", async () => {
  const { singularResource, ...entry } = things;
  assert.deepEqual((await untilFresh("Current")).resources, [{ ...entry, singularResource }]);
});

test("OpenAPI v3 leads to the other server's document", async () => {
  const index = await api.ask("GET", "/openapi/v3");
  assert.equal(index.body.paths[prefix].serverRelativeURL, `/openapi/v3/${prefix}?hash=AB`);
  assert.ok(index.body.paths["apis/apps/v1"]);
  const { body } = await api.ask("GET", `/openapi/v3/${prefix}?hash=AB`);
  assert.deepEqual(body, documents[`/openapi/v3/${prefix}`]);
});

test("OpenAPI v2 has the other server's paths, what they need, and nothing else of it", async () => {
  const { body } = await api.ask("GET", "/openapi/v2");
  assert.ok(body.paths[`/${prefix}/things`]);
  assert.ok(body.paths["/api/v1/pods"]);
  assert.deepEqual(body.definitions["test.Thing"], thingSchema);
  assert.equal(body.definitions["test.Unused"], undefined);
});

test("what a server that fails has said before stays, and is called stale", async () => {
  const kept = (await untilFresh("Current")).resources;
  api.extension.answer = (_request, response) => response.writeHead(500).end();
  const { body } = await api.ask("GET", registrationPath);
  await api.ask("PUT", registrationPath, { body: { ...body, spec: { ...body.spec, versionPriority: 11 } } });
  await untilReason(api, "FailedDiscoveryCheck");
  assert.deepEqual((await untilFresh("Stale")).resources, kept);
  api.extension.answer = describe(true);
  assert.deepEqual((await untilFresh("Current")).resources, [things]);
});
