import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { pino } from "pino";
import { resources } from "../../api/mod.ts";
import type { ConnectionHandler } from "../../apiserver/request/connection.ts";
import { type ServerUnderTest, startServer } from "../../apiserver/testing/server-under-test.ts";
import { UnionAuthorizer } from "../../auth/mod.ts";
import { createClient, SharedInformerFactory, systemClock, type Transport } from "../../client/mod.ts";
import { startWebhook, type WebhookServer } from "../../client/webhook/testing/webhook-server.ts";
import { admissionPlugins } from "../plugins.ts";
import type { Review, ReviewResponse } from "./review.ts";

type Member = Record<string, unknown>;
type Answer = Omit<ReviewResponse, "patch"> & { readonly patch?: readonly object[] };
type Handler = (request: Review["request"], path: string) => Answer | Promise<Answer>;

let api: ServerUnderTest;
let informers: SharedInformerFactory;
let hook: WebhookServer;
let handler: Handler = () => ({ allowed: true });
const seen: { readonly path: string; readonly request: Review["request"] & Member }[] = [];
const configured: string[] = [];

/** The server's way into itself is known only when there is a server. */
const later: Transport = {
  request: (request) => transport().request(request),
  watch: (request) => transport().watch(request),
  stream: (request) => transport().stream(request),
  close: () => transport().close(),
};
const transport = (): Transport => api.client.transport;

/** Stands for the node agent. */
const execute: ConnectionHandler = async ({ query, via }) => {
  if (via.type === "exchange") via.exchange.respond(200, {}, Buffer.from(query.toString()));
};

before(async () => {
  hook = await startWebhook(async ({ path, body }) => {
    const { apiVersion, request } = body as Review;
    seen.push({ path, request });
    const { patch, ...rest } = await handler(request, path);
    const encoded = patch && {
      patch: Buffer.from(JSON.stringify(patch)).toString("base64"),
      patchType: "JSONPatch",
    };
    return { body: { apiVersion, kind: "AdmissionReview", response: { uid: request.uid, ...rest, ...encoded } } };
  });
  const client = createClient(later);
  informers = new SharedInformerFactory(client, { clock: systemClock, log: pino({ enabled: false }) });
  const authorizer = Object.assign(new UnionAuthorizer([]), {});
  const admission = admissionPlugins({ client, informers, clock: systemClock, authorizer });
  const connections = new Map([["pods/exec", execute]]);
  api = await startServer({ connections, admission: admission.filter(({ name }) => name.endsWith("Webhook")) });
  informers.start();
  await informers.waitForSync();
  await api.ask("POST", "/api/v1/namespaces", { body: { metadata: { name: "shop", labels: { team: "a" } } } });
});

after(async () => {
  await informers.stop();
  await api.stop();
  await hook.close();
});

afterEach(async () => {
  for (const path of configured.splice(0)) await api.ask("DELETE", path);
  await api.ask("DELETE", "/api/v1/namespaces/shop/configmaps");
  handler = () => ({ allowed: true });
  seen.length = 0;
});

const base = "/apis/admissionregistration.k8s.io/v1";
const maps = "/api/v1/namespaces/shop/configmaps";

/** Configures webhooks of one kind and waits until they are known. */
async function configure(kind: "mutating" | "validating", name: string, ...webhooks: Member[]): Promise<void> {
  const all = webhooks.map((webhook, at) => ({
    name: `${name}-${at}.shop.example`,
    clientConfig: { url: `${hook.url}/${name}-${at}`, caBundle: hook.caBundle },
    rules: [{ operations: ["*"], apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"] }],
    sideEffects: "None",
    admissionReviewVersions: ["v1"],
    ...webhook,
  }));
  const collection = `${base}/${kind}webhookconfigurations`;
  const answer = await api.ask("POST", collection, { body: { metadata: { name }, webhooks: all } });
  assert.equal(answer.status, 201, answer.text);
  configured.push(`${collection}/${name}`);
}

const create = (name: string, more: Member = {}, query = "") =>
  api.ask("POST", maps + query, { body: { metadata: { name, labels: { app: "x" } }, data: { a: "1" }, ...more } });

test("a webhook is asked with everything that there is to know about a request", async () => {
  await configure("validating", "look", {});
  await create("one", {}, "?fieldManager=me&dryRun=All");
  const { path, request } = seen[0]!;
  assert.equal(path, "/look-0");
  const { uid, object, ...rest } = request as unknown as Member & { object: Member };
  assert.match(uid as string, /^[0-9a-f-]{36}$/);
  assert.equal(object["kind"], "ConfigMap");
  assert.deepEqual(rest, {
    kind: { group: "", version: "v1", kind: "ConfigMap" },
    resource: { group: "", version: "v1", resource: "configmaps" },
    requestKind: { group: "", version: "v1", kind: "ConfigMap" },
    requestResource: { group: "", version: "v1", resource: "configmaps" },
    name: "one",
    namespace: "shop",
    operation: "CREATE",
    userInfo: { username: "admin", groups: ["system:masters"] },
    oldObject: null,
    dryRun: true,
    options: { kind: "CreateOptions", apiVersion: "meta.k8s.io/v1", dryRun: ["All"], fieldManager: "me" },
  });
});

test("updates show the object before and after, deletions the one that goes, each with its options", async () => {
  await create("one");
  await configure("validating", "look", {});
  await api.ask("PATCH", `${maps}/one`, { body: { data: { a: "2" } }, type: "application/merge-patch+json" });
  await api.ask("DELETE", `${maps}/one?propagationPolicy=Background`);
  const [update, deletion] = seen.map(({ request }) => request) as unknown as (Member &
    Record<"object" | "oldObject", Member>)[];
  assert.deepEqual([update!["operation"], update!.object["data"]], ["UPDATE", { a: "2" }]);
  assert.deepEqual(update!.oldObject["data"], { a: "1" });
  assert.deepEqual(update!["options"], { kind: "UpdateOptions", apiVersion: "meta.k8s.io/v1" });
  assert.deepEqual([deletion!["operation"], deletion!.object], ["DELETE", null]);
  assert.deepEqual(deletion!.oldObject["data"], { a: "2" });
  const options = { kind: "DeleteOptions", apiVersion: "meta.k8s.io/v1", propagationPolicy: "Background" };
  assert.deepEqual(deletion!["options"], options);
});

test("a webhook's no is told with its own message, code and reason", async () => {
  await configure("validating", "no", {});
  handler = () => ({ allowed: false, status: { message: "not today", code: 418, reason: "Teapot" } });
  const told = (await create("one")).body;
  const message = 'admission webhook "no-0.shop.example" denied the request: not today';
  assert.deepEqual([told.message, told.code, told.reason, told.status], [message, 418, "Teapot", "Failure"]);
  handler = () => ({ allowed: false });
  const bare = (await create("one")).body;
  const unexplained = 'admission webhook "no-0.shop.example" denied the request without explanation';
  assert.deepEqual([bare.message, bare.code, bare.reason], [unexplained, 400, undefined]);
});

test("mutating webhooks are asked in the order of their configurations and see each other's changes", async () => {
  handler = (request, path) => {
    const { data } = request["object"] as { data: Member };
    return { allowed: true, patch: [{ op: "add", path: `/data${path}`, value: Object.keys(data).join() }] };
  };
  await configure("mutating", "b", {});
  await configure("mutating", "a", {}, {});
  const { body } = await create("one");
  assert.deepEqual(body.data, { a: "1", "a-0": "a", "a-1": "a,a-0", "b-0": "a,a-0,a-1" });
});

test("a webhook that wants to is asked again when a later one has changed the object", async () => {
  await configure("mutating", "a", { reinvocationPolicy: "IfNeeded" }, {});
  await configure("mutating", "b", {});
  handler = (_, path) => ({
    allowed: true,
    ...(path === "/b-0" && { patch: [{ op: "add", path: "/data/b", value: "2" }] }),
  });
  await create("one");
  assert.deepEqual(
    seen.map(({ path }) => path),
    ["/a-0", "/a-1", "/b-0", "/a-0"],
  );
  assert.deepEqual((seen[3]!.request["object"] as Member)["data"], { a: "1", b: "2" });
});

test("a validating webhook sees what mutating ones have made, and may change nothing", async () => {
  await configure("mutating", "a", {});
  await configure("validating", "v", {});
  handler = () => ({ allowed: true, patch: [{ op: "replace", path: "/data/a", value: "9" }] });
  const told = (await create("one")).body;
  assert.deepEqual((seen[1]!.request["object"] as Member)["data"], { a: "9" });
  const why = "received invalid webhook response: validating webhook may not return response.patch";
  const message = `Internal error occurred: failed calling webhook "v-0.shop.example": ${why}`;
  assert.deepEqual([told.message, told.code, told.reason], [message, 500, "InternalError"]);
});

test("a webhook that cannot be asked stops the request, unless it is to be ignored", async () => {
  const clientConfig = { url: "https://127.0.0.1:1/x" };
  await configure("validating", "v", { clientConfig });
  const told = (await create("one")).body;
  const why = 'Post "https://127.0.0.1:1/x?timeout=10s": dial tcp 127.0.0.1:1: connect: connection refused';
  const whole = `failed calling webhook "v-0.shop.example": failed to call webhook: ${why}`;
  assert.equal(told.message, `Internal error occurred: ${whole}`);
  assert.deepEqual(told.details.causes, [{ message: whole }]);
  await api.ask("DELETE", configured.pop()!);
  await configure("validating", "v", { clientConfig, failurePolicy: "Ignore" });
  assert.equal((await create("one")).status, 201);
});

test("a webhook is given up when its client goes, and then nothing is written, even where it is to be ignored", async () => {
  await configure("validating", "v", { failurePolicy: "Ignore" });
  const gone = new AbortController();
  const release = Promise.withResolvers<Answer>();
  handler = () => {
    gone.abort();
    return release.promise;
  };
  const created = api.client
    .resource(resources.configmaps)
    .create({ metadata: { name: "one", namespace: "shop" } }, { signal: gone.signal });
  await assert.rejects(created, { reason: "Timeout" });
  release.resolve({ allowed: true });
  assert.equal((await api.ask("GET", `${maps}/one`)).status, 404);
});

test("warnings reach the client", async () => {
  await configure("validating", "w", {});
  handler = () => ({ allowed: true, warnings: ["take care"] });
  assert.match(String((await create("one")).headers["warning"]), /^299 - "take care"$/);
});

test("selectors choose objects and namespaces", async () => {
  await configure(
    "validating",
    "s",
    { objectSelector: { matchLabels: { app: "y" } } },
    { namespaceSelector: { matchLabels: { team: "b" } } },
    { namespaceSelector: { matchLabels: { team: "a" } }, objectSelector: { matchLabels: { app: "x" } } },
  );
  await create("one");
  assert.deepEqual(
    seen.map(({ path }) => path),
    ["/s-2"],
  );
});

test("webhooks are not asked about webhooks", async () => {
  const rules = [{ operations: ["*"], apiGroups: ["*"], apiVersions: ["*"], resources: ["*/*"] }];
  await configure("validating", "all", { rules });
  handler = () => ({ allowed: false });
  await configure("mutating", "more", {});
  assert.equal(seen.length, 0);
});

test("a command in a container is asked about with its options, which may be changed", async () => {
  const rules = [{ operations: ["CONNECT"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods/exec"] }];
  await configure("mutating", "m", { rules });
  await configure("validating", "v", { rules });
  handler = (_, path) => ({
    allowed: true,
    ...(path === "/m-0" && { patch: [{ op: "add", path: "/container", value: "other" }] }),
  });
  const exec = "/api/v1/namespaces/shop/pods/one/exec?command=sh&command=-c&stdin=true&stdout=false";
  const answer = await api.ask("POST", exec);
  assert.equal(answer.text, "stdin=true&container=other&command=sh&command=-c");
  const { uid: _, ...request } = seen[1]!.request;
  assert.deepEqual(request, {
    kind: { group: "", version: "v1", kind: "PodExecOptions" },
    resource: { group: "", version: "v1", resource: "pods" },
    subResource: "exec",
    requestKind: { group: "", version: "v1", kind: "PodExecOptions" },
    requestResource: { group: "", version: "v1", resource: "pods" },
    requestSubResource: "exec",
    name: "one",
    namespace: "shop",
    operation: "CONNECT",
    userInfo: { username: "admin", groups: ["system:masters"] },
    object: { kind: "PodExecOptions", apiVersion: "v1", stdin: true, container: "other", command: ["sh", "-c"] },
    oldObject: null,
    dryRun: false,
    options: null,
  });
  handler = () => ({ allowed: false, status: { message: "no shells" } });
  assert.equal((await api.ask("POST", exec)).status, 400);
});
