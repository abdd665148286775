import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";

let api: ServerUnderTest;
before(async () => {
  api = await startServer();
});
after(() => api.stop());

test("an event written in one group is read in the other", async () => {
  const regarding = { kind: "Pod", name: "p", namespace: "default" };
  const event = {
    eventTime: "2026-01-01T00:00:00.000000Z",
    reportingController: "a.b/c",
    reportingInstance: "i",
    action: "Act",
  };
  const body = { metadata: { name: "e" }, ...event, reason: "R", regarding, note: "hello", type: "Normal" };
  assert.equal((await api.ask("POST", "/apis/events.k8s.io/v1/namespaces/default/events", { body })).status, 201);
  const core = await api.ask("GET", "/api/v1/namespaces/default/events/e");
  assert.deepEqual(
    [core.body.message, core.body.involvedObject, core.body.reportingComponent],
    ["hello", regarding, "a.b/c"],
  );
  assert.deepEqual([core.body.firstTimestamp, core.body.source], [null, {}]);
});

test("what autoscaling/v1 has no field for survives a client of that version", async () => {
  const scalers = (version: string) => `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers`;
  const cpu = { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } } };
  const queue = {
    type: "Pods",
    pods: { metric: { name: "queue" }, target: { type: "AverageValue", averageValue: "3" } },
  };
  const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
  const spec = { scaleTargetRef, maxReplicas: 3, minReplicas: 1, metrics: [cpu, queue] };
  await api.ask("POST", scalers("v2"), { body: { metadata: { name: "h" }, spec } });
  const old = await api.ask("GET", `${scalers("v1")}/h`);
  assert.equal(old.body.spec.targetCPUUtilizationPercentage, 50);
  const changed = { ...old.body, spec: { ...old.body.spec, maxReplicas: 5 } };
  assert.equal((await api.ask("PUT", `${scalers("v1")}/h`, { body: changed })).status, 200);
  const { body } = await api.ask("GET", `${scalers("v2")}/h`);
  assert.deepEqual([body.spec.maxReplicas, body.spec.metrics], [5, [cpu, queue]]);
  assert.equal(body.metadata.annotations, undefined);
});
