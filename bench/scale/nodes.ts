/** Simulated nodes: how soon they are ready, how soon large Deployments are ready on them, and what it takes in memory. */
import { makeReady } from "./deployments.ts";
import { type Figure, secondsOf, withCluster } from "./trial.ts";

const deployments = 5;

/** `pods` in five Deployments. */
export function nodesTrial({ nodes, pods }: { readonly nodes: number; readonly pods: number }): Promise<Figure> {
  return withCluster({ nodes: 0, simulatedNodes: nodes }, async (trial) => {
    const idleMebibytes = await trial.residentMebibytes();
    const spent = await trial.processorSeconds();
    const podsReadySeconds = await secondsOf(() => makeReady(trial.client, deployments, pods / deployments));
    return {
      along: "nodes",
      size: nodes,
      values: {
        pods,
        nodesReadySeconds: trial.cluster.readyMs / 1000,
        idleMebibytes,
        podsReadySeconds,
        podMilliseconds: (((await trial.processorSeconds()) - spent) * 1000) / pods,
        residentMebibytes: await trial.residentMebibytes(),
      },
    };
  });
}
