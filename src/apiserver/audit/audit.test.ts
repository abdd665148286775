import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import type { AdmissionPlugin } from "../../admission/mod.ts";
import { resources } from "../../api/mod.ts";
import type { ConnectionHandler } from "../request/connection.ts";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";
import { Audit } from "./audit.ts";
import type { Policy } from "./policy.ts";

// biome-ignore lint/suspicious/noExplicitAny: events of every kind are read
type Event = any;

let events: Event[] = [];
let wake = () => {};
const policy: Policy = {
  rules: [
    { level: "None", users: ["system:apiserver"] },
    { level: "RequestResponse", resources: [{ resources: ["configmaps"] }], omitManagedFields: true },
    { level: "Metadata", omitStages: ["RequestReceived"] },
  ],
};
const sink = {
  start() {},
  async stop() {},
  write(line: string) {
    events.push(JSON.parse(line));
    wake();
  },
};
const annotating: AdmissionPlugin = {
  name: "Annotating",
  handles: () => true,
  admit: (attributes) => attributes.annotate?.("acme.io/seen", attributes.operation),
};

let api: ServerUnderTest;
before(async () => {
  const log: ConnectionHandler = async ({ via }) => {
    if (via.type === "exchange") via.exchange.stream(200, {}).end("text");
  };
  const audit = new Audit({ policy, sink, now: Date.now });
  api = await startServer({ audit, admission: [annotating], connections: new Map([["pods/log", log]]) });
});
after(() => api.stop());
beforeEach(() => {
  events = [];
});

const path = "/api/v1/namespaces/default/configmaps";

/** The last event comes after the answer. */
async function settled(count: number): Promise<Event[]> {
  while (events.length < count) await new Promise<void>((resolve) => (wake = resolve));
  return events;
}

test("a request is written down when it comes and when it is answered, with what was asked and answered", async () => {
  const body = { metadata: { name: "one" }, data: { a: "b" } };
  const { headers } = await api.ask("POST", path, {
    body,
    headers: { "audit-id": "mine", "x-forwarded-for": "1.2.3.4" },
  });
  assert.equal(headers["audit-id"], "mine");
  const [received, complete] = await settled(2);
  assert.equal(received.stage, "RequestReceived");
  assert.deepEqual(received.objectRef, { resource: "configmaps", namespace: "default", apiVersion: "v1" });
  assert.equal(complete.stage, "ResponseComplete");
  assert.equal(complete.auditID, "mine");
  assert.equal(complete.verb, "create");
  assert.deepEqual(complete.user, { username: "admin", groups: ["system:masters"] });
  assert.deepEqual(complete.sourceIPs, ["1.2.3.4", "127.0.0.1"]);
  assert.equal(complete.userAgent, "test/1.0");
  assert.deepEqual(complete.objectRef, { resource: "configmaps", namespace: "default", name: "one", apiVersion: "v1" });
  assert.deepEqual(complete.responseStatus, { metadata: {}, code: 201 });
  assert.deepEqual(complete.requestObject.data, { a: "b" });
  assert.equal(complete.requestObject.metadata.uid, undefined);
  assert.ok(complete.responseObject.metadata.uid);
  assert.equal(complete.responseObject.metadata.managedFields, undefined);
  assert.deepEqual(complete.annotations, {
    "authorization.k8s.io/decision": "allow",
    "authorization.k8s.io/reason": "",
    "acme.io/seen": "CREATE",
  });
});

test("a patch is written down as it came, a refusal with its Status", async () => {
  const type = "application/merge-patch+json";
  await api.ask("PATCH", `${path}/none`, { body: { data: { c: "d" } }, type });
  const [, complete] = await settled(2);
  assert.equal(complete.responseStatus.reason, "NotFound");
  assert.equal(complete.responseStatus.kind, undefined);
  assert.equal(complete.responseObject.kind, "Status");
  events = [];
  await api.ask("GET", "/api/v1/namespaces/default/secrets", { token: "jane" });
  const [forbidden] = await settled(1);
  assert.equal(forbidden.level, "Metadata");
  assert.equal(forbidden.responseStatus.code, 403);
  assert.equal(forbidden.annotations["authorization.k8s.io/decision"], "forbid");
  assert.equal(forbidden.responseObject, undefined);
});

test("bad credentials are written down with nobody's name", async () => {
  await api.ask("GET", "/api/v1/pods", { token: "made-up" });
  const [event] = await settled(1);
  assert.deepEqual([event.stage, event.user, event.responseStatus.code], ["ResponseStarted", {}, 401]);
});

test("who acts as another is written down beside the other", async () => {
  await api.ask("GET", "/api/v1/pods", { headers: { "impersonate-user": "bob" } });
  const [event] = await settled(1);
  assert.equal(event.user.username, "admin");
  assert.deepEqual(event.impersonatedUser, { username: "bob", groups: ["system:authenticated"] });
  assert.deepEqual(event.authenticationMetadata, { impersonationConstraint: "impersonate:user-info" });
});

test("a watch is written down when it starts and when it ends", async () => {
  await api.ask("GET", `${path}?watch=true&timeoutSeconds=1`);
  const stages = (await settled(3)).map(({ stage }) => stage);
  assert.deepEqual(stages, ["RequestReceived", "ResponseStarted", "ResponseComplete"]);
});

test("the reading of a log is written down when its answer begins and when it ends", async () => {
  await api.ask("GET", "/api/v1/namespaces/default/pods/one/log");
  const stages = (await settled(2)).map(({ stage, responseStatus }) => [stage, responseStatus.code]);
  assert.deepEqual(stages, [
    ["ResponseStarted", 200],
    ["ResponseComplete", 200],
  ]);
});

test("what this process's own controllers do is written down too", async () => {
  await api.client.resource(resources.configmaps).create({ metadata: { name: "two" } }, { namespace: "default" });
  const [, complete] = await settled(2);
  assert.equal(complete.requestURI, path);
  assert.equal(complete.objectRef.name, "two");
  assert.equal(complete.responseStatus.code, 201);
  await assert.rejects(api.client.resource(resources.configmaps).get("none", { namespace: "default" }));
  assert.equal((await settled(4))[3].responseStatus.code, 404);
});

test("events are counted under upstream's name, and requests by how much of them is written down", async () => {
  const counts = async () => {
    const { text } = await api.ask("GET", "/metrics");
    const of = (series: string) =>
      Number(
        text
          .split("\n")
          .find((line) => line.startsWith(`${series} `))
          ?.slice(series.length),
      );
    return {
      events: of("apiserver_audit_event_total"),
      whole: of('apiserver_audit_level_total{level="RequestResponse"}'),
      rejected: of("apiserver_audit_requests_rejected_total"),
    };
  };
  const before = await counts();
  events = [];
  await api.ask("POST", path, { body: { metadata: { name: "counted" } } });
  await settled(2);
  const after = await counts();
  assert.ok(after.events >= before.events + 2);
  assert.ok(after.whole > before.whole);
  assert.equal(after.rejected, 0);
});
