/** The agent's own metrics, by the names that dashboards know from the kubelet. */
import { Gauge, Histogram, type Registry } from "../../client/prometheus.ts";
import type { PodWorkers } from "../pod/pod-workers.ts";

const startBuckets = [0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 120, 300];

/** Call once for each registry. */
export function addAgentMetrics(registry: Registry, nodeName: string, workers: PodWorkers): void {
  const registers = [registry];
  new Gauge({
    name: "kubelet_node_name",
    help: "The node's name. The value is always 1.",
    labelNames: ["node"],
    registers,
  })
    .labels(nodeName)
    .set(1);
  new Gauge({
    name: "kubelet_running_pods",
    help: "Pods whose containers run or are being started",
    registers,
    collect() {
      this.set(workers.all.filter(({ state }) => state === "syncing").length);
    },
  });
  const starts = new Histogram({
    name: "kubelet_pod_start_duration_seconds",
    help: "From the moment the agent sees a pod until its containers run",
    buckets: startBuckets,
    registers,
  });
  workers.onRunning = (seconds) => starts.observe(seconds);
}
