import assert from "node:assert/strict";
import { test } from "node:test";
import { type corev1, resources } from "../../api/mod.ts";
import { createEventRecorder, type EventRecorder, FakeClock } from "../../client/mod.ts";
import type { RuntimeCondition } from "../runtime/contract.ts";
import { SimulatedRuntime } from "../simulated/simulated-runtime.ts";
import { startTestApi } from "../testing/api.ts";
import { machineIdentity } from "./machine.ts";
import { NodeReporter } from "./node-reporter.ts";

/** As a runtime that has yet to be given the configuration of its network. */
class LateNetwork extends SimulatedRuntime {
  networkReady = false;

  override async status(): Promise<readonly RuntimeCondition[]> {
    const conditions = await super.status();
    return conditions.map((one) => (one.type === "NetworkReady" ? { ...one, status: this.networkReady } : one));
  }
}

test("a node is said to be ready when the API has it as Ready, not before its runtime has a network", async () => {
  const api = await startTestApi();
  const { context, stop } = api.context();
  const runtime = new LateNetwork({ podCidr: "10.244.1.0/24", clock: context.clock });
  const capacity = { capacity: {}, allocatable: {} };
  const description = { name: "late", labels: {}, taints: [], addresses: ["10.0.0.1"], serverPort: 0, capacity };
  const recorder = createEventRecorder(context, { component: "kubelet" });
  const identity = await machineIdentity();
  const reporter = new NodeReporter({ ...description, identity }, runtime, { ...context, recorder });
  const readiness = async () => {
    const { status } = await api.client.resource(resources.nodes).get("late");
    return status?.conditions?.find(({ type }) => type === "Ready")?.status;
  };
  try {
    await reporter.start();
    assert.equal(await readiness(), "False");
    runtime.networkReady = true;
    await reporter.ready;
    assert.equal(await readiness(), "True");
  } finally {
    reporter.stop();
    await stop();
    await api.stop();
  }
});

test("a status that somebody overwrites is repaired ten seconds later, and what is theirs stays", async () => {
  const api = await startTestApi();
  const { context, stop } = api.context();
  const clock = new FakeClock();
  const runtime = new SimulatedRuntime({ podCidr: "10.244.1.0/24", clock });
  const capacity = { capacity: { cpu: "8" }, allocatable: { cpu: "8" } };
  const description = { name: "edited", labels: {}, taints: [], addresses: ["10.0.0.1"], serverPort: 0, capacity };
  const nodes = api.client.resource(resources.nodes);
  let present: corev1.Node | undefined;
  const recorder = createEventRecorder(context, { component: "kubelet" });
  const reporting = { ...context, clock, recorder, present: () => present };
  const identity = await machineIdentity();
  const reporter = new NodeReporter({ ...description, identity }, runtime, reporting);
  try {
    await reporter.start();
    const conditions = [
      { type: "Ready", status: "False", reason: "Edited", message: "by hand" },
      { type: "Clean", status: "True" },
    ];
    const status = { conditions, capacity: { cpu: "1", "example.com/dongle": "4" } };
    present = await nodes.patch("edited", { status }, { type: "strategic", subresource: "status" });
    reporter.changed(present);
    clock.advance(10_000);
    const statusOf = (node: corev1.Node, type: string) =>
      node.status?.conditions?.find((one) => one.type === type)?.status;
    while (statusOf(await nodes.get("edited"), "Ready") !== "True")
      await new Promise((resolve) => setImmediate(resolve));
    const repaired = await nodes.get("edited");
    assert.equal(statusOf(repaired, "Clean"), "True");
    assert.deepEqual(repaired.status?.capacity, { cpu: "8", "example.com/dongle": "4" });
    assert.deepEqual(repaired.status?.allocatable, { cpu: "8", "example.com/dongle": "4" });
  } finally {
    reporter.stop();
    await stop();
    await api.stop();
  }
});

test("who cordons a node is told when its agent has seen it, and who uncordons it", { timeout: 10_000 }, async ({
  signal,
}) => {
  const api = await startTestApi();
  const { context, stop } = api.context();
  const clock = new FakeClock();
  const runtime = new SimulatedRuntime({ podCidr: "10.244.1.0/24", clock });
  const capacity = { capacity: {}, allocatable: {} };
  const description = { name: "cordoned", labels: {}, taints: [], addresses: ["10.0.0.1"], serverPort: 0, capacity };
  const nodes = api.client.resource(resources.nodes);
  const told: string[] = [];
  const recorder: EventRecorder = { event: (_node, ...event) => told.push(event.join(" ")) };
  let present: corev1.Node | undefined;
  const reporting = { ...context, clock, recorder, present: () => present };
  const identity = await machineIdentity();
  const reporter = new NodeReporter({ ...description, identity }, runtime, reporting);
  const cordon = (unschedulable: boolean) => nodes.patch("cordoned", { spec: { unschedulable } }, { type: "merge" });
  try {
    await reporter.start();
    told.length = 0;
    const made = reporter.node!;
    present = await cordon(true);
    clock.advance(400_000);
    while (reporter.node === made && !signal.aborted) await new Promise((resolve) => setImmediate(resolve));
    // The watch is behind what the agent has written since, and comes up.
    reporter.changed(made);
    reporter.changed(present);
    reporter.changed(await cordon(false));
    assert.deepEqual(told, [
      "Normal NodeNotSchedulable Node cordoned status is now: NodeNotSchedulable",
      "Normal NodeSchedulable Node cordoned status is now: NodeSchedulable",
    ]);
  } finally {
    reporter.stop();
    await stop();
    await api.stop();
  }
});
