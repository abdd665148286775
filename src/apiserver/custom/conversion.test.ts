import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import type { KubernetesObject } from "../../api/mod.ts";
import { startWebhook, type WebhookServer } from "../../client/webhook/testing/webhook-server.ts";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";
import { definitionsPath, established, until } from "./testing/definitions.ts";

interface Conv extends KubernetesObject {
  hostPort?: string;
  host?: string;
  port?: string;
}

interface Review {
  readonly apiVersion: string;
  readonly kind: string;
  readonly request: { readonly uid: string; readonly desiredAPIVersion: string; readonly objects: Conv[] };
}

let api: ServerUnderTest;
let webhook: WebhookServer;
let count = 0;
let path: (version: string, name?: string) => string;
let asked: Review[];
/** What the webhook makes of its answer before it is sent. */
let spoil: (response: Record<string, unknown> & { convertedObjects: Conv[] }) => unknown;

function convert(object: Conv, apiVersion: string): Conv {
  const { hostPort = "", host, port, ...rest } = structuredClone(object);
  if (apiVersion.endsWith("/v1")) return { ...rest, apiVersion, hostPort: `${host}:${port}` };
  const [hostName, portName] = hostPort.split(":");
  return { ...rest, apiVersion, host: hostName!, port: portName! };
}

before(async () => {
  api = await startServer();
  await api.ask("POST", "/api/v1/namespaces", { body: { metadata: { name: "default" } } });
  webhook = await startWebhook(({ body }) => {
    const review = body as Review;
    asked.push(review);
    const { uid, objects, desiredAPIVersion } = review.request;
    const convertedObjects = objects.map((object) => convert(object, desiredAPIVersion));
    const response = { uid, result: { status: "Success" }, convertedObjects };
    return { body: { apiVersion: review.apiVersion, kind: review.kind, response: spoil(response) } };
  });
});
after(async () => {
  await api.stop();
  await webhook.close();
});

const group = "conv.example.com";
const texts = (...names: string[]) => ({
  openAPIV3Schema: { type: "object", properties: Object.fromEntries(names.map((name) => [name, { type: "string" }])) },
});

function options(plural: string) {
  const clientConfig = { url: `${webhook.url}/convert`, caBundle: webhook.caBundle };
  const selectableFields = (...names: string[]) => names.map((name) => ({ jsonPath: `.${name}` }));
  return {
    group,
    plural,
    kind: `Conv${plural}`,
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: texts("hostPort"),
        selectableFields: selectableFields("hostPort"),
      },
      {
        name: "v2",
        served: true,
        storage: false,
        schema: texts("host", "port"),
        selectableFields: selectableFields("host"),
      },
    ],
    more: { conversion: { strategy: "Webhook", webhook: { conversionReviewVersions: ["v1"], clientConfig } } },
  };
}

beforeEach(async () => {
  const plural = `convs${++count}`;
  path = (version, name = "") => `/apis/${group}/${version}/namespaces/default/${plural}${name && `/${name}`}`;
  spoil = (response) => response;
  asked = [];
  await established(api, options(plural));
});
afterEach(() => {
  spoil = (response) => response;
});

async function create(version: string, name: string, fields: object) {
  const body = { apiVersion: `${group}/${version}`, kind: `Convconvs${count}`, metadata: { name }, ...fields };
  const made = await api.ask("POST", path(version), { body });
  assert.equal(made.status, 201, made.text);
  return made.body;
}

test("an object written in one version is read, listed, patched and selected in another", async () => {
  await create("v2", "one", { host: "here", port: "80" });
  await create("v1", "two", { hostPort: "there:81" });
  assert.equal((await api.ask("GET", path("v1", "one"))).body.hostPort, "here:80");
  const list = await api.ask("GET", path("v2"));
  assert.deepEqual(
    list.body.items.map(({ apiVersion, host, port }: Conv) => [apiVersion, host, port]),
    [
      [`${group}/v2`, "here", "80"],
      [`${group}/v2`, "there", "81"],
    ],
  );
  const patched = await api.ask("PATCH", path("v2", "two"), {
    body: { port: "82" },
    type: "application/merge-patch+json",
  });
  assert.equal(patched.body.port, "82", patched.text);
  const selected = await api.ask("GET", `${path("v1")}?fieldSelector=hostPort%3Dthere%3A82`);
  assert.deepEqual(
    selected.body.items.map(({ metadata }: Conv) => metadata.name),
    ["two"],
  );
});

test("what was stored in a version that is no longer the one to store keeps its fields", async () => {
  await create("v1", "old", { hostPort: "here:80" });
  const [v1, v2] = options(`convs${count}`).versions;
  const definition = `${definitionsPath}/convs${count}.${group}`;
  const versions = [
    { ...v1, storage: false },
    { ...v2, storage: true },
  ];
  const body = { spec: { versions } };
  await api.ask("PATCH", definition, { body, type: "application/merge-patch+json" });
  await until(api, definition, ({ status }) => status.storedVersions.includes("v2"));
  await create("v2", "new", { host: "there", port: "81" });
  const ofFirst = await api.ask("GET", path("v1"));
  assert.deepEqual(
    ofFirst.body.items.map(({ hostPort }: Conv) => hostPort),
    ["there:81", "here:80"],
  );
  const ofSecond = await api.ask("GET", path("v2"));
  assert.deepEqual(
    ofSecond.body.items.map(({ host, port }: Conv) => [host, port]),
    [
      ["there", "81"],
      ["here", "80"],
    ],
  );
});

test("the webhook is sent whole objects in a ConversionReview, those of the version wanted left out", async () => {
  await create("v1", "one", { hostPort: "here:80" });
  assert.equal(asked.length, 0);
  await api.ask("GET", path("v2", "one"));
  const { apiVersion, kind, request } = asked[0]!;
  assert.deepEqual(
    [apiVersion, kind, request.desiredAPIVersion],
    ["apiextensions.k8s.io/v1", "ConversionReview", `${group}/v2`],
  );
  assert.deepEqual(
    request.objects.map(({ metadata, hostPort }) => [metadata.name, hostPort]),
    [["one", "here:80"]],
  );
});

test("a watch of one version sees what is written in the other", async () => {
  await create("v1", "one", { hostPort: "here:80" });
  const list = await api.ask("GET", path("v2"));
  await create("v1", "two", { hostPort: "there:81" });
  await api.ask("DELETE", path("v1", "one"));
  const since = list.body.metadata.resourceVersion;
  const { text } = await api.ask("GET", `${path("v2")}?watch=1&resourceVersion=${since}&timeoutSeconds=1`);
  const events = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; object: Conv });
  assert.deepEqual(
    events.map(({ type, object }) => [type, object.metadata.name, object.host]),
    [
      ["ADDED", "two", "there"],
      ["DELETED", "one", "here"],
    ],
  );
});

test("a watch that starts before what memory holds of its version is sent the changes of the past, converted", async () => {
  await create("v1", "one", { hostPort: "here:80" });
  const since = (await api.ask("GET", path("v1"))).body.metadata.resourceVersion;
  await create("v1", "two", { hostPort: "there:81" });
  await api.ask("DELETE", path("v1", "one"));
  // Filled only now.
  await api.ask("GET", path("v2"));
  const { text } = await api.ask("GET", `${path("v2")}?watch=1&resourceVersion=${since}&timeoutSeconds=1`);
  const events = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; object: Conv });
  assert.deepEqual(
    events.map(({ type, object }) => [type, object.metadata.name, object.host]),
    [
      ["ADDED", "two", "there"],
      ["DELETED", "one", "here"],
    ],
  );
});

test("a webhook changes labels and annotations, and nothing else of the metadata", async () => {
  await create("v1", "one", { hostPort: "here:80" });
  spoil = (response) => {
    const { metadata } = response.convertedObjects[0]!;
    Object.assign(metadata, { labels: { a: "b" }, finalizers: ["x.y/z"], generation: 7 });
    return response;
  };
  const { body } = await api.ask("GET", path("v2", "one"));
  assert.deepEqual(
    [body.metadata.labels, body.metadata.finalizers, body.metadata.generation],
    [{ a: "b" }, undefined, 1],
  );
});

const failures: [string, (response: Record<string, unknown> & { convertedObjects: Conv[] }) => unknown, RegExp][] = [
  ["says no", (response) => ({ ...response, result: { status: "Failure", message: "never" } }), /failed: never$/],
  [
    "says nothing of success",
    (response) => ({ ...response, result: {} }),
    /failed: response\.result\.status was '', not 'Success'$/,
  ],
  [
    "answers another review",
    (response) => ({ ...response, uid: "x" }),
    /failed: expected response\.uid=".*", got "x"$/,
  ],
  ["answers none", () => undefined, /failed: no response provided$/],
  ["loses an object", (response) => ({ ...response, convertedObjects: [] }), /returned 0 objects, expected 1$/],
  [
    "answers another version",
    (response) => ({ ...response, convertedObjects: [{ ...response.convertedObjects[0], apiVersion: "a/v9" }] }),
    /invalid object at index 0: invalid groupVersion \(expected conv\.example\.com\/v2, received a\/v9\)$/,
  ],
  [
    "answers another object",
    (response) => ({ ...response, convertedObjects: [{ ...response.convertedObjects[0], metadata: { name: "x" } }] }),
    /returned invalid object: must have the same name: one != x$/,
  ],
  [
    "makes labels that cannot be",
    (response) => {
      Object.assign(response.convertedObjects[0]!.metadata, { labels: { a: 1 } });
      return response;
    },
    /returned invalid metadata: metadata\.labels\[a\] must be a string, but is int64 in converted object$/,
  ],
];

for (const [what, failure, message] of failures)
  test(`a read through a webhook that ${what} fails in upstream's words`, async () => {
    await create("v1", "one", { hostPort: "here:80" });
    spoil = failure;
    const { status, body } = await api.ask("GET", path("v2", "one"));
    assert.equal(status, 500);
    assert.match(body.message, message);
    assert.match(body.message, /^conversion webhook for conv\.example\.com\/v1, Kind=Convconvs\d+ /);
  });

test("an object that cannot be converted does not stand in the way of another", async () => {
  await create("v1", "bad", { hostPort: "here:80" });
  await create("v1", "good", { hostPort: "there:81" });
  spoil = (response) => {
    const refused = response.convertedObjects.some(({ metadata }) => metadata.name === "bad");
    return refused ? { ...response, result: { status: "Failure", message: "not bad" } } : response;
  };
  assert.equal((await api.ask("GET", path("v2", "good"))).body.host, "there");
  assert.equal((await api.ask("GET", path("v2", "bad"))).status, 500);
  assert.equal((await api.ask("GET", path("v2"))).status, 500);
  const later = await api.ask("GET", `${path("v2")}?resourceVersion=0`);
  assert.deepEqual([later.status, later.headers?.["retry-after"]], [429, "1"]);
  assert.match(later.body.message, /^storage is \(re\)initializing: failed to list .*: not bad$/);
  const watch = await api.ask("GET", `${path("v2")}?watch=1`);
  assert.equal(watch.status, 429);
  await create("v2", "new", { host: "new", port: "1" });
});

test("a write that cannot be converted is refused, in a dry run too", async () => {
  spoil = (response) => ({ ...response, result: { status: "Failure", message: "never" } });
  const body = { apiVersion: `${group}/v2`, kind: `Convconvs${count}`, metadata: { name: "one" } };
  for (const query of ["", "?dryRun=All"]) {
    const made = await api.ask("POST", path("v2") + query, { body });
    assert.match(made.body.message, /^conversion webhook for conv\.example\.com\/v2, .* failed: never$/);
  }
});

test("a body that cannot be read is told before what is stored cannot be converted", async () => {
  await create("v1", "one", { hostPort: "here:80" });
  spoil = (response) => ({ ...response, result: { status: "Failure", message: "never" } });
  const { status, body } = await api.ask("PUT", path("v2", "one"), { body: "{" });
  assert.equal(status, 400, body.message);
});

test("another webhook in the definition is asked from then on", async () => {
  await create("v1", "one", { hostPort: "here:80" });
  assert.equal((await api.ask("GET", path("v2", "one"))).body.host, "here");
  const conversion = { strategy: "None", webhook: null };
  const changed = await api.ask("PATCH", `${definitionsPath}/convs${count}.${group}`, {
    body: { spec: { conversion } },
    type: "application/merge-patch+json",
  });
  assert.equal(changed.status, 200, changed.text);
  await until(api, path("v2", "one"), ({ host }) => host === undefined);
});
