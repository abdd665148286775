import assert from "node:assert/strict";
import { test } from "node:test";
import { resources } from "../../api/mod.ts";
import { createPod, isReady, startTestApi } from "../testing/api.ts";
import { SimulatedNodes } from "./simulated-nodes.ts";

test("a simulated node tells of what fails, not of steps that nobody takes", { timeout: 30_000 }, async (t) => {
  const api = await startTestApi();
  t.after(() => api.stop());
  const { context, informers, stop } = api.context();
  t.after(stop);
  const nodes = new SimulatedNodes(
    {
      nodes: [{ name: "one", address: "127.0.0.1", podCidr: "10.1.2.0/24" }],
      dns: { clusterDns: ["10.96.0.10"], clusterDomain: "cluster.local" },
    },
    context,
  );
  t.after(() => nodes.stop());
  informers.start();
  await nodes.start();

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
