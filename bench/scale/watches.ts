/** Watches of one kind: how fast what is written comes to all of them, and what that takes. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { resources } from "../../src/api/mod.ts";
import { type Figure, secondsOf, type TrialCluster, withCluster } from "./trial.ts";

const events = 200;
const writers = 8;

export function watchesTrial(watches: number): Promise<Figure> {
  return withCluster({ nodes: 0 }, async (trial) => {
    const before = await trial.residentMebibytes();
    const watching = await startWatching(trial.cluster.kubeconfig, watches);
    const opened = await trial.residentMebibytes();
    const spent = await trial.processorSeconds();
    let seen = { seconds: 0 };
    const seconds = await secondsOf(async () => {
      await write(trial);
      seen = await watching.seen();
    });
    const processor = (await trial.processorSeconds()) - spent;
    return {
      along: "watches",
      size: watches,
      values: {
        events: events * watches,
        eventsPerSecond: (events * watches) / seconds,
        deliveredSeconds: seconds,
        afterLastWriteSeconds: seen.seconds,
        eventProcessorMicroseconds: (processor * 1e6) / (events * watches),
        watchKibibytes: ((opened - before) * 1024) / watches,
        residentMebibytes: await trial.residentMebibytes(),
      },
    };
  });
}

async function write({ client }: TrialCluster): Promise<void> {
  const maps = client.resource(resources.configmaps);
  const names = Array.from({ length: events }, (_, index) => `watched-${index}`);
  const work = async () => {
    for (let name = names.pop(); name; name = names.pop())
      await maps.create({ metadata: { name, labels: { bench: "watch" } } }, { namespace: "default" });
  };
  await Promise.all(Array.from({ length: writers }, work));
}

/** The watches are another process's. `seen` resolves when each has seen every event. */
async function startWatching(kubeconfig: string, watches: number) {
  const program = join(import.meta.dirname, "watcher.ts");
  const child = spawn(process.execPath, [program, kubeconfig, String(watches), String(events)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  const ended = once(child, "exit");
  return {
    seen: async () => {
      const began = performance.now();
      const [code] = await ended;
      if (code !== 0) throw new Error("a watch ended before it had seen everything");
      return { seconds: (performance.now() - began) / 1000 };
    },
  };
}
