import assert from "node:assert/strict";
import { test } from "node:test";
import { resources } from "../../api/mod.ts";
import { createEventRecorder } from "../../client/mod.ts";
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
