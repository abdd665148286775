/** The machine's clock is set by hours, either way: nodes stay ready, pods stay where they are, and work goes on. */
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { pino } from "pino";
import { resources } from "../../src/api/mod.ts";
import { Cluster } from "../../src/cluster/mod.ts";
import { eventually } from "../support/eventually.ts";
import { until, untilAll } from "../support/until.ts";

const hourMs = 3_600_000;
const place = { namespace: "default", timeoutMs: 60_000 };

function deployment(name: string) {
  const template = { metadata: { labels: { app: name } }, spec: { containers: [{ name: "main", image: "main:1" }] } };
  return { metadata: { name }, spec: { replicas: 2, selector: { matchLabels: { app: name } }, template } };
}

/** From now on it is so much later, or earlier; time goes on from there. */
function setClock(byMs: number): void {
  const RealDate = globalThis.Date;
  const now = RealDate.now.bind(RealDate);
  mock.method(globalThis.Date, "now", () => now() + byMs);
  const Shifted = class extends RealDate {
    constructor(...args: readonly unknown[]) {
      super(...((args.length === 0 ? [now() + byMs] : args) as [number]));
    }
    static override now = () => now() + byMs;
  };
  globalThis.Date = Shifted as DateConstructor;
}

test("a cluster goes on when the clock jumps hours ahead, and hours back", async () => {
  const real = globalThis.Date;
  const lines: { readonly msg: string; readonly seconds?: number }[] = [];
  const log = pino({ level: "warn" }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const cluster = await Cluster.start({ nodes: 2, log });
  try {
    const { client } = cluster;
    const deployments = client.resource(resources.deployments);
    const ready = (name: string) =>
      until(client, resources.deployments, name, place, ({ status }) => status?.readyReplicas === 2);
    await deployments.create(deployment("before"), place);
    await ready("before");
    const pods = async () => {
      const { items } = await client
        .resource(resources.pods)
        .list({ namespace: "default", labelSelector: "app=before" });
      return items.map(({ metadata }) => metadata.uid).sort();
    };
    const first = await pods();
    const jumps = () =>
      lines.filter(({ msg }) => msg === "the clock of this machine has jumped").map((one) => one.seconds);
    for (const [name, byMs] of [
      ["ahead", 5 * hourMs],
      ["back", -10 * hourMs],
    ] as const) {
      setClock(byMs);
      await deployments.create(deployment(name), place);
      await ready(name);
      await deployments.patch(name, { spec: { replicas: 3 } }, { type: "merge", namespace: "default" });
      await untilAll(client, resources.pods, { ...place, labelSelector: `app=${name}` }, (all) => all.length === 3);
      const isReady = (node: { status?: { conditions?: readonly { type: string; status: string }[] } }) =>
        node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
      const nodes = await client.resource(resources.nodes).list();
      assert.deepEqual(nodes.items.map(isReady), [true, true], `nodes are ready when the clock went ${name}`);
      assert.deepEqual(await pods(), first, "pods stay");
      await eventually(() => assert.equal(jumps().at(-1), byMs / 1000));
    }
    assert.deepEqual(jumps(), [5 * 3600, -10 * 3600]);
  } finally {
    globalThis.Date = real;
    mock.restoreAll();
    await cluster.stop();
  }
});
