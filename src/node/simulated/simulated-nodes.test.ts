import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { resources } from "../../api/mod.ts";
import { createPod, isReady, startTestApi, type TestApi } from "../testing/api.ts";
import { SimulatedNodes } from "./simulated-nodes.ts";

/** The range of addresses of the nth one's pods is `10.1.N.0/24`. */
async function startNodes(t: TestContext, ...names: readonly string[]): Promise<TestApi> {
  const api = await startTestApi();
  t.after(() => api.stop());
  const { context, informers, stop } = api.context();
  t.after(stop);
  const nodes = new SimulatedNodes(
    {
      nodes: names.map((name, index) => ({ name, address: "127.0.0.1", podCidr: `10.1.${index}.0/24` })),
      dns: { clusterDns: ["10.96.0.10"], clusterDomain: "cluster.local" },
    },
    context,
  );
  t.after(() => nodes.stop());
  informers.start();
  await nodes.start();
  return api;
}

test("a simulated node tells of what fails, not of steps that nobody takes", { timeout: 30_000 }, async (t) => {
  const api = await startNodes(t, "one");

  const containers = [{ name: "main", image: "web" }] as never;
  const well = await createPod(api.client, "one", "well", { containers });
  const annotations = { "kubets.dev/start-error": "no such file" };
  const sick = await createPod(api.client, "one", "sick", { containers }, { annotations });
  await well.until("it is ready", isReady);
  await well.delete();
  await well.gone();
  const events = api.client.resource(resources.events);
  await sick.until("its failure is told", ({ status }) => status?.containerStatuses?.[0]?.state?.waiting !== undefined);
  let told: string[] = [];
  while (!told.includes("Warning sick Failed")) {
    const { items } = await events.list();
    told = items.map(({ type, involvedObject, reason }) => `${type} ${involvedObject.name} ${reason}`);
  }
  assert.deepEqual(
    told.filter((one) => !one.startsWith("Warning sick ")),
    [],
  );
});

test("simulated nodes say which addresses their pods have, and that they live", { timeout: 30_000 }, async (t) => {
  const api = await startNodes(t, "a", "b");
  const { items: nodes } = await api.client.resource(resources.nodes).list();
  assert.deepEqual(
    nodes.map(({ metadata: { name }, spec: { podCIDR } }) => `${name} ${podCIDR}`),
    ["a 10.1.0.0/24", "b 10.1.1.0/24"],
  );
  const holders = async () => {
    const { items } = await api.client.resource(resources.leases).list({ namespace: "kube-node-lease" });
    return items.map(({ spec }) => spec?.holderIdentity);
  };
  while ((await holders()).length < 2) await new Promise(setImmediate);
  assert.deepEqual(await holders(), ["a", "b"]);
});

test("a simulated node says at once that it is cordoned, another says nothing", { timeout: 10_000 }, async (t) => {
  const api = await startNodes(t, "a", "b");
  const told = async () => {
    const { items } = await api.client.resource(resources.events).list();
    return items.map(({ involvedObject, reason }) => `${involvedObject.name} ${reason}`);
  };
  const cordon = { spec: { unschedulable: true } };
  await api.client.resource(resources.nodes).patch("a", cordon, { type: "merge" });
  let all: string[] = [];
  while (!all.includes("a NodeNotSchedulable") && !t.signal.aborted) all = await told();
  assert.deepEqual(
    all.filter((one) => one.endsWith("Schedulable")),
    ["a NodeNotSchedulable"],
  );
});
