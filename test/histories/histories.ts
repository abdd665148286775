/** A real server, killed again and again while clients ask it and watch it; what they saw is to be checked as a whole. */
import { setTimeout as delay } from "node:timers/promises";
import { type corev1, resources } from "../../src/api/mod.ts";
import { createClient, httpTransport, loadKubeconfig } from "../../src/client/mod.ts";
import { TestCluster } from "../support/cluster.ts";
import { kill, processesOf } from "../support/kill.ts";
import { Random } from "../support/random.ts";
import type { History } from "./history.ts";
import { makeLast, Recorder, watchFrom } from "./record.ts";

export interface HistoryOptions {
  readonly seed: number;
  /** How often the server is killed. */
  readonly kills: number;
  /** Questions between two kills. */
  readonly between: number;
  onKill?(count: number): void;
}

export interface HistoryReport {
  readonly operations: number;
  readonly acknowledged: number;
  readonly unknown: number;
  readonly events: number;
  readonly resumed: number;
  readonly history: History;
}

const [askers, watchers] = [6, 3];
const [namespace, last] = ["default", "end"];
/** A server that has lived longer than this is started again at once when it is killed. */
const settledMs = 10_500;

export async function recordHistory({ seed, kills, between, onKill }: HistoryOptions): Promise<HistoryReport> {
  const random = new Random(seed);
  const cluster = await TestCluster.start("--nodes", "0", "--without-controllers");
  const connect = () => createClient(httpTransport(loadKubeconfig(cluster.kubeconfig)));
  const clients = Array.from({ length: askers + watchers }, connect);
  try {
    const stop = new AbortController();
    const recorder = new Recorder({ namespace, keys: 5, signal: stop.signal });
    const configMaps = clients[0]!.resource<corev1.ConfigMap>(resources.configmaps);
    const from = Number((await configMaps.list({ namespace })).metadata.resourceVersion);
    const watching = clients.slice(askers).map((client) => watchFrom(client, { namespace, from, last }));
    const asking = clients.slice(0, askers).map((client, index) => recorder.ask(client, new Random(seed + index)));
    const reach = async (count: number) => {
      while (recorder.operations.length < count) await Promise.race([delay(5), Promise.all(asking)]);
    };
    for (let count = 1; count <= kills; count++) {
      const began = Date.now();
      await reach(recorder.operations.length + between);
      // The first few in a row, as a server that crashes while it starts; then at its leisure, or the supervisor would wait ever longer.
      if (count % 5 === 0) await delay(Math.max(0, settledMs - (Date.now() - began)));
      await delay(random.below(20));
      await kill(await processesOf(cluster, "control-plane"));
      onKill?.(count);
    }
    await reach(recorder.operations.length + between);
    stop.abort();
    await Promise.all(asking);
    await makeLast(clients[0]!, { namespace, name: last });
    return report(recorder, await Promise.all(watching));
  } finally {
    await Promise.all(clients.map((client) => client.transport.close()));
    await cluster.stop();
  }
}

function report({ operations }: Recorder, watches: Awaited<ReturnType<typeof watchFrom>>[]): HistoryReport {
  const outcomes = operations.map((one) => ("outcome" in one ? one.outcome : "read"));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  return {
    operations: operations.length,
    acknowledged: outcomes.filter((outcome) => outcome === "done").length,
    unknown: outcomes.filter((outcome) => outcome === "unknown").length,
    events: sum(watches.map(({ events }) => events.length)),
    resumed: sum(watches.map(({ resumed }) => resumed)),
    history: { operations, watches: watches.map(({ from, events }) => ({ from, events })) },
  };
}
