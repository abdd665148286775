import assert from "node:assert/strict";
import { test } from "node:test";
import type { flowcontrolv1 } from "../../api/mod.ts";
import type { User } from "../../auth/mod.ts";
import { Registry } from "../../client/prometheus.ts";
import { requestInfo } from "../request/request-info.ts";
import { type DefaultObject, defaultLevels, defaultSchemas } from "./default-objects.ts";
import type { FlowTicket } from "./flow.ts";
import { FlowControl } from "./flow-control.ts";
import type { RefusedError } from "./priority-level.ts";

const masters: User = { name: "root", groups: ["system:masters", "system:authenticated"] };
const user = (name: string, ...groups: string[]): User => ({ name, groups: [...groups, "system:authenticated"] });
const account = (namespace: string, name: string) =>
  user(`system:serviceaccount:${namespace}:${name}`, "system:serviceaccounts", `system:serviceaccounts:${namespace}`);
const get = (path: string, method = "GET") => requestInfo(method, path, new URLSearchParams());
const pods = get("/api/v1/namespaces/a/pods/b");
const lease = get("/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/l", "PUT");
const noSignal = () => new AbortController().signal;

const object = <Spec>({ name, spec }: DefaultObject<Spec>) => ({ metadata: { name, uid: `uid-${name}` }, spec });

function control(
  seats = 600,
  schemas: readonly DefaultObject<flowcontrolv1.FlowSchemaSpec>[] = defaultSchemas,
  levels: readonly DefaultObject<flowcontrolv1.PriorityLevelConfigurationSpec>[] = defaultLevels,
  sizeOf = () => 0,
) {
  const made = new FlowControl({ seats, registry: new Registry(), sizeOf });
  made.configure(
    schemas.map(object) as flowcontrolv1.FlowSchema[],
    levels.map(object) as flowcontrolv1.PriorityLevelConfiguration[],
  );
  return made;
}

/** One level with one seat. */
function narrow(limitResponse: object) {
  const rule = {
    subjects: [{ kind: "Group", group: { name: "*" } }],
    resourceRules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"], namespaces: ["*"], clusterScope: true }],
  };
  const spec = {
    priorityLevelConfiguration: { name: "one" },
    matchingPrecedence: 10,
    distinguisherMethod: { type: "ByUser" },
    rules: [rule],
  };
  const level = { type: "Limited", limited: { nominalConcurrencyShares: 1, limitResponse } };
  return control(1, [{ name: "all", spec }] as never, [{ name: "one", spec: level }] as never);
}

const queue = { type: "Queue", queuing: { queues: 8, handSize: 2, queueLengthLimit: 2 } };

test("requests are classified as upstream's schemas say, the lowest precedence first", () => {
  const { classify } = { classify: (who: User, info: typeof pods) => control().classify(who, info)?.name };
  assert.equal(classify(masters, pods), "exempt");
  assert.equal(classify(user("jane"), pods), "global-default");
  assert.equal(classify(user("jane"), get("/healthz")), "probes");
  assert.equal(classify(account("default", "x"), pods), "service-accounts");
  assert.equal(classify(account("kube-system", "x"), pods), "kube-system-service-accounts");
  assert.equal(classify(account("kube-system", "x"), lease), "system-leader-election");
  assert.equal(classify(user("system:kube-scheduler"), pods), "kube-scheduler");
  assert.equal(
    classify(user("system:node:n", "system:nodes"), get("/api/v1/nodes/n/status", "PUT")),
    "system-node-high",
  );
  assert.equal(classify(user("system:node:n", "system:nodes"), pods), "system-nodes");
  assert.equal(classify({ name: "nobody", groups: ["system:unauthenticated"] }, pods), "global-default");
});

test("a schema whose level does not exist is not in force", () => {
  const levels = defaultLevels.filter(({ name }) => name !== "global-default");
  assert.equal(control(600, defaultSchemas, levels).classify(user("jane"), pods)?.name, "catch-all");
});

test("answers name the schema and the level by their uids", () => {
  assert.deepEqual(control().classify(masters, pods)?.headers, {
    "x-kubernetes-pf-flowschema-uid": "uid-exempt",
    "x-kubernetes-pf-prioritylevel-uid": "uid-exempt",
  });
});

test("a request with a free seat starts at once, the next one when the seat is given back", async () => {
  const flows = narrow(queue);
  const jane = user("jane");
  const flow = flows.classify(jane, pods)!;
  const first = flows.admit(flow, jane, pods, noSignal);
  assert.ok(!(first instanceof Promise));
  const second = flows.admit(flow, jane, pods, noSignal);
  assert.ok(second instanceof Promise);
  assert.equal(flow.level.waiting, 1);
  flows.release(first as FlowTicket);
  const started = await second;
  assert.ok(started.started >= started.arrived);
  flows.release(started);
  assert.equal(flow.level.working.size, 0);
});

test("a full queue refuses; a level without queues refuses at once; the exempt level never", async () => {
  const flows = narrow(queue);
  const jane = user("jane");
  const flow = flows.classify(jane, pods)!;
  const gone = new AbortController();
  const all = Array.from({ length: 6 }, () => flows.admit(flow, jane, pods, () => gone.signal));
  const refusals = Promise.allSettled(all);
  gone.abort();
  const reasons = (await refusals).flatMap((one) =>
    one.status === "rejected" ? [(one.reason as RefusedError).refusal] : [],
  );
  assert.deepEqual(reasons.sort(), ["cancelled", "cancelled", "cancelled", "cancelled", "queue-full"]);
  const rejecting = narrow({ type: "Reject" });
  const other = rejecting.classify(jane, pods)!;
  rejecting.admit(other, jane, pods, noSignal);
  await assert.rejects(async () => rejecting.admit(other, jane, pods, noSignal), /concurrency-limit/);
  const exempt = control(1);
  const free = exempt.classify(masters, pods)!;
  for (let index = 0; index < 50; index++) assert.ok(!(exempt.admit(free, masters, pods, noSignal) instanceof Promise));
});

test("a client that goes away leaves the queue", async () => {
  const flows = narrow(queue);
  const jane = user("jane");
  const flow = flows.classify(jane, pods)!;
  flows.admit(flow, jane, pods, noSignal);
  const gone = new AbortController();
  const waiting = flows.admit(flow, jane, pods, () => gone.signal) as Promise<FlowTicket>;
  gone.abort();
  await assert.rejects(waiting, /cancelled/);
  assert.equal(flow.level.waiting, 0);
});

test("a level that loses its queues turns away who waits, and does not wish for their seats any more", async () => {
  const flows = narrow(queue);
  const jane = user("jane");
  const flow = flows.classify(jane, pods)!;
  const first = flows.admit(flow, jane, pods, noSignal) as FlowTicket;
  const waiting = flows.admit(flow, jane, pods, noSignal) as Promise<FlowTicket>;
  const limited = { nominalConcurrencyShares: 1, limitResponse: { type: "Reject" } };
  flow.level.configure({ metadata: { name: "one" }, spec: { type: "Limited", limited } } as never);
  await assert.rejects(waiting, /concurrency-limit/);
  flows.release(first);
  const { demand } = flow.level;
  demand.close(performance.now() / 1000);
  assert.equal(demand.close(performance.now() / 1000).peak, 0);
});

test("a list of many objects takes more seats, never more than ten", () => {
  const flows = control(600, defaultSchemas, defaultLevels, () => 750);
  const jane = user("jane");
  const list = get("/api/v1/pods");
  const width = (info: typeof list) =>
    (flows.admit(flows.classify(jane, info)!, jane, info, noSignal) as FlowTicket).width;
  assert.equal(width(list), 8);
  assert.equal(width(requestInfo("GET", "/api/v1/pods", new URLSearchParams("limit=100"))), 2);
  assert.equal(width(pods), 1);
});

test("what waits moves along when the queues of its level change", async () => {
  const flows = narrow(queue);
  const jane = user("jane");
  const flow = flows.classify(jane, pods)!;
  const first = flows.admit(flow, jane, pods, noSignal) as FlowTicket;
  const second = flows.admit(flow, jane, pods, noSignal) as Promise<FlowTicket>;
  const limited = {
    nominalConcurrencyShares: 1,
    limitResponse: { type: "Queue", queuing: { queues: 1, handSize: 1, queueLengthLimit: 9 } },
  };
  const level = object({ name: "one", spec: { type: "Limited", limited } });
  flows.configure([], [level] as never);
  assert.equal(flow.level.waiting, 1);
  flows.release(first);
  flows.release(await second);
});

const configured = (flowControl: FlowControl, schemas: typeof defaultSchemas) =>
  flowControl.configure(
    schemas.map(object) as flowcontrolv1.FlowSchema[],
    defaultLevels.map(object) as flowcontrolv1.PriorityLevelConfiguration[],
  );

test("a write that many watchers are told of keeps seats for a moment after it is over, a read does not", async () => {
  const flowControl = new FlowControl({ seats: 600, registry: new Registry(), sizeOf: () => 0, watchersOf: () => 35 });
  configured(flowControl, defaultSchemas);
  const jane = user("jane");
  const flow = flowControl.classify(jane, pods)!;
  const taken = async (method: string) => {
    const info = get("/api/v1/namespaces/a/pods/b", method);
    flowControl.release(await flowControl.admit(flow, jane, info, noSignal));
    return flow.level.seatsTaken;
  };
  assert.equal(await taken("GET"), 0);
  assert.equal(await taken("PUT"), 4);
  while (flow.level.seatsTaken > 0) await new Promise((resolve) => setTimeout(resolve, 1));
});

test("the series of a schema that is deleted go with it", async () => {
  const registry = new Registry();
  const flowControl = new FlowControl({ seats: 600, registry, sizeOf: () => 0 });
  configured(flowControl, defaultSchemas);
  const jane = user("jane");
  const flow = flowControl.classify(jane, pods)!;
  flowControl.release(await flowControl.admit(flow, jane, pods, noSignal));
  const series = /dispatched_requests_total\{priority_level="global-default",flow_schema="global-default"\} 1/;
  assert.match(await registry.metrics(), series);
  configured(
    flowControl,
    defaultSchemas.filter(({ name }) => name !== "global-default"),
  );
  assert.doesNotMatch(await registry.metrics(), /flow_schema="global-default"/);
});
