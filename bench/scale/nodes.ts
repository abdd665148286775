/** Simulated nodes: how soon they are ready, how soon large Deployments are ready on them, what it takes in memory, and what others wait. */
import { type Calls, callTogether, callWhile } from "./calls.ts";
import { makeReady } from "./deployments.ts";
import { type Figure, secondsOf, withCluster } from "./trial.ts";

const deployments = 5;
const get = { path: "/api/v1/nodes/simulated-1", everyMs: 20 } as const;
const afterwardsSeconds = 15;

/** `pods` in five Deployments. */
export function nodesTrial({ nodes, pods }: { readonly nodes: number; readonly pods: number }): Promise<Figure> {
  return withCluster({ nodes: 0, simulatedNodes: nodes }, async (trial) => {
    const { kubeconfig, readyMs } = trial.cluster;
    const idleMebibytes = await trial.residentMebibytes();
    const spent = await trial.processorSeconds();
    let podsReadySeconds = 0;
    const [meanwhile] = await callWhile(kubeconfig, [get], async () => {
      podsReadySeconds = await secondsOf(() => makeReady(trial.client, deployments, pods / deployments));
    });
    const residentMebibytes = await trial.residentMebibytes();
    const proportionalMebibytes = await trial.proportionalMebibytes();
    const done = await trial.processorSeconds();
    // Leases and status of all nodes go on.
    const [afterwards] = await callTogether(kubeconfig, [get], afterwardsSeconds);
    return {
      along: "nodes",
      size: nodes,
      values: {
        pods,
        nodesReadySeconds: readyMs / 1000,
        podsReadySeconds,
        podMilliseconds: ((done - spent) * 1000) / pods,
        idleMebibytes,
        residentMebibytes,
        proportionalMebibytes,
        afterwardsMebibytes: await trial.residentMebibytes(),
        afterwardsProcessorShare: ((await trial.processorSeconds()) - done) / afterwardsSeconds,
        ...latencies("meanwhile", meanwhile!),
        ...latencies("afterwards", afterwards!),
      },
    };
  });
}

function latencies(when: string, { p50Milliseconds, p99Milliseconds, maximumMilliseconds }: Calls) {
  return {
    [`${when}P50Milliseconds`]: p50Milliseconds,
    [`${when}P99Milliseconds`]: p99Milliseconds,
    [`${when}MaximumMilliseconds`]: maximumMilliseconds,
  };
}
