import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { resources } from "../../api/mod.ts";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";
import { correctedSpec, defaultLevels, defaultSchemas } from "./default-objects.ts";

let server: ServerUnderTest;
before(async () => {
  server = await startServer();
});
after(() => server.stop());

const group = "/apis/flowcontrol.apiserver.k8s.io/v1";
const schemaHeader = "x-kubernetes-pf-flowschema-uid";
const levelHeader = "x-kubernetes-pf-prioritylevel-uid";

const schemaFor = (user: string, level: string) => ({
  metadata: { name: `for-${user}` },
  spec: {
    matchingPrecedence: 1000,
    priorityLevelConfiguration: { name: level },
    rules: [
      {
        subjects: [{ kind: "User", user: { name: user } }],
        nonResourceRules: [{ verbs: ["*"], nonResourceURLs: ["*"] }],
      },
    ],
  },
});

const limited = (limitResponse: object) => ({
  type: "Limited",
  limited: { nominalConcurrencyShares: 1, limitResponse },
});

test("a schema that is made is in force with the next request, and its answers say so", async () => {
  const level = await server.ask("POST", `${group}/prioritylevelconfigurations`, {
    body: { metadata: { name: "jane" }, spec: limited({ type: "Reject" }) },
  });
  const schema = await server.ask("POST", `${group}/flowschemas`, { body: schemaFor("jane", "jane") });
  assert.equal(schema.status, 201);
  const { headers } = await server.ask("GET", "/version", { token: "jane" });
  assert.equal(headers[schemaHeader], schema.body.metadata.uid);
  assert.equal(headers[levelHeader], level.body.metadata.uid);
  const own = await server.ask("GET", "/version");
  assert.equal(own.headers[schemaHeader], (await server.ask("GET", `${group}/flowschemas/exempt`)).body.metadata.uid);
});

test("a schema says whether its level is there", async () => {
  const name = "for-nobody";
  const dangling = async (status: string) => {
    for await (const { object } of server.client.resource(resources.flowschemas).watch()) {
      const condition = object.status?.conditions?.find(({ type }) => type === "Dangling");
      if (object.metadata.name === name && condition?.status === status) return condition;
    }
    return undefined;
  };
  await server.ask("POST", `${group}/flowschemas`, { body: schemaFor("nobody", "missing") });
  assert.equal(
    (await dangling("True"))?.message,
    'This FlowSchema references the PriorityLevelConfiguration object named "missing" but there is no such object',
  );
  await server.ask("POST", `${group}/prioritylevelconfigurations`, {
    body: { metadata: { name: "missing" }, spec: limited({ type: "Reject" }) },
  });
  assert.equal((await dangling("False"))?.reason, "Found");
});

test("default objects follow the defaults, unless their owner has said otherwise", () => {
  const level = defaultLevels.find(({ name }) => name === "system")!;
  const edited = { ...level.spec, limited: { ...level.spec.limited, lendablePercent: 1 } };
  const metadata = (value: string | undefined, generation: number) =>
    ({
      name: level.name,
      generation,
      annotations: value ? { "apf.kubernetes.io/autoupdate-spec": value } : {},
    }) as never;
  assert.equal(correctedSpec(level, { metadata: metadata("true", 2), spec: level.spec }), undefined);
  assert.deepEqual(correctedSpec(level, { metadata: metadata("true", 2), spec: edited }), level.spec);
  assert.equal(correctedSpec(level, { metadata: metadata("false", 2), spec: edited }), undefined);
  assert.equal(correctedSpec(level, { metadata: metadata(undefined, 2), spec: edited }), undefined);
  const last = defaultSchemas.find(({ name }) => name === "catch-all")!;
  const broken = { ...last.spec, matchingPrecedence: 5 };
  assert.deepEqual(correctedSpec(last, { metadata: metadata("false", 2), spec: broken }), last.spec);
});

test("the seats of the exempt level are the administrator's business", () => {
  const level = defaultLevels.find(({ name }) => name === "exempt")!;
  const spec = { type: "Exempt", exempt: { nominalConcurrencyShares: 5, lendablePercent: 10 } };
  assert.equal(correctedSpec(level, { metadata: { name: "exempt" } as never, spec }), undefined);
});

test("levels, queues and requests can be looked at", async () => {
  const dump = async (what: string) =>
    (await server.ask("GET", `/debug/api_priority_and_fairness/${what}`)).text.split("\n");
  const levels = await dump("dump_priority_levels");
  assert.match(levels[0]!, /^PriorityLevelName, ActiveQueues, IsIdle, IsQuiescing, WaitingRequests, /);
  assert.match(levels.find((line) => line.startsWith("exempt"))!, /^exempt, {12}0, {12}false, {2}false, {7}0, {15}1, /);
  assert.match(
    (await dump("dump_queues"))[1]!,
    /^global-default, +0, +0, +0, +0, +0\.00000000ss, +0, +0, +0\.00000000ss$/,
  );
  const requests = await dump("dump_requests?includeRequestDetails=1");
  assert.match(requests[1]!, /^exempt, +exempt, +-1, +-1, +, +2.*, admin, +get, +\/debug\/.*dump_requests, /);
  const { text } = await server.ask("GET", "/metrics");
  assert.match(text, /^apiserver_flowcontrol_nominal_limit_seats\{priority_level="workload-low"\} \d+$/m);
  assert.match(
    text,
    /^apiserver_flowcontrol_current_executing_requests\{priority_level="exempt",flow_schema="exempt"\} 1$/m,
  );
});

test("a level that has no seat left and no queues answers with upstream's 429", async () => {
  const level = {
    ...limited({ type: "Reject" }),
    limited: { nominalConcurrencyShares: 0, limitResponse: { type: "Reject" } },
  };
  await server.ask("PATCH", `${group}/prioritylevelconfigurations/jane`, {
    body: { spec: { limited: { ...level.limited, lendablePercent: 0, borrowingLimitPercent: 0 } } },
    type: "application/merge-patch+json",
  });
  const { status, headers, text } = await server.ask("GET", "/version", { token: "jane" });
  assert.equal(status, 429);
  assert.equal(headers["retry-after"], "1");
  assert.equal(headers["content-type"], "text/plain; charset=utf-8");
  assert.ok(headers[schemaHeader]);
  assert.equal(text, "Too many requests, please try again later.\n");
});
