/** NodeMetrics and PodMetrics of now, put together when they are asked for. */
import { type corev1, formatTime, quantityOf, resources } from "../api/mod.ts";
import type { Clock, InformerFactory, Lister } from "../client/mod.ts";
import { periodMs } from "./collector.ts";
import { durationText } from "./duration-text.ts";
import { apiVersion, type ContainerMetrics, type NodeMetrics, type PodMetrics } from "./schema.ts";
import { podKey } from "./scrape.ts";
import { type MeasuredUsage, type NodeSeries, type Usage, usageOf } from "./series.ts";
import { isSimulated, statedUsage } from "./stated-usage.ts";

export interface Readings {
  readonly nodes: Lister<corev1.Node>;
  readonly pods: Lister<corev1.Pod>;
  /** Nothing where the node has not answered twice, or does not run. */
  ofNode(node: corev1.Node): NodeMetrics | undefined;
  /** Nothing for a pod that does not run, and where one of its containers has not been seen twice. */
  ofPod(pod: corev1.Pod): PodMetrics | undefined;
}

interface Source {
  /** What is known of a node that runs containers. */
  of(nodeName: string): NodeSeries | undefined;
}

interface PodUsage {
  readonly timeMs: number;
  readonly windowMs: number;
  readonly containers: ReadonlyMap<string, Usage>;
}

const byNode = "pods of a node, for its figures";

export class ClusterReadings implements Readings {
  readonly nodes: Lister<corev1.Node>;
  readonly pods: Lister<corev1.Pod>;
  readonly #source: Source;
  readonly #clock: Clock;

  constructor(source: Source, { informers, clock }: { readonly informers: InformerFactory; readonly clock: Clock }) {
    this.#source = source;
    this.#clock = clock;
    this.nodes = informers.informer(resources.nodes).lister;
    const pods = informers.informer(resources.pods);
    pods.addIndex(byNode, ({ spec }) => (spec.nodeName ? [spec.nodeName] : []));
    this.pods = pods.lister;
  }

  ofNode(node: corev1.Node): NodeMetrics | undefined {
    const { name, labels } = node.metadata;
    const usage = isSimulated(node) ? this.#statedOf(node) : usageOf(this.#source.of(name)?.node);
    if (!usage) return undefined;
    return {
      kind: "NodeMetrics",
      apiVersion,
      metadata: this.#metadata({ name, labels }),
      ...taken(usage),
      usage: quantities(usage),
    } as NodeMetrics;
  }

  ofPod(pod: corev1.Pod): PodMetrics | undefined {
    if (pod.status?.phase !== "Running" || !pod.spec.nodeName) return undefined;
    const { name, namespace, labels } = pod.metadata;
    const node = this.nodes.get(pod.spec.nodeName);
    const usage = node && (isSimulated(node) ? this.#statedOfPod(pod) : this.#measuredOfPod(pod, pod.spec.nodeName));
    if (!usage) return undefined;
    const containers = [...usage.containers].map(
      ([container, used]): ContainerMetrics => ({ name: container, usage: quantities(used) }),
    );
    return {
      kind: "PodMetrics",
      apiVersion,
      metadata: this.#metadata({ name, namespace, labels }),
      ...taken(usage),
      containers,
    } as PodMetrics;
  }

  #metadata({ labels, ...names }: Pick<corev1.Pod["metadata"], "name" | "labels"> & { readonly namespace?: string }) {
    return { ...names, creationTimestamp: formatTime(this.#clock.now()), ...(labels && { labels }) };
  }

  #statedOf({ metadata }: corev1.Node): MeasuredUsage {
    const running = this.pods.byIndex(byNode, metadata.name).filter(({ status }) => status?.phase === "Running");
    const all = running.flatMap((pod) => [...statedUsage(pod).values()]);
    return {
      cpuNanocores: all.reduce((sum, { cpuNanocores }) => sum + cpuNanocores, 0),
      memoryBytes: all.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
      timeMs: this.#clock.now(),
      windowMs: periodMs,
    };
  }

  #statedOfPod(pod: corev1.Pod): PodUsage {
    return { timeMs: this.#clock.now(), windowMs: periodMs, containers: statedUsage(pod) };
  }

  #measuredOfPod({ metadata }: corev1.Pod, nodeName: string): PodUsage | undefined {
    const known = this.#source.of(nodeName)?.pods.get(podKey(metadata.namespace, metadata.name));
    const containers = new Map<string, MeasuredUsage>();
    for (const [name, series] of known ?? []) {
      const usage = usageOf(series);
      // Half a pod's figures would be taken for the whole.
      if (!usage) return undefined;
      containers.set(name, usage);
    }
    const oldest = [...containers.values()].sort((a, b) => a.timeMs - b.timeMs)[0];
    return oldest && { timeMs: oldest.timeMs, windowMs: oldest.windowMs, containers };
  }
}

function taken({ timeMs, windowMs }: Pick<MeasuredUsage, "timeMs" | "windowMs">) {
  return { timestamp: formatTime(timeMs), window: durationText(windowMs) };
}

function quantities({ cpuNanocores, memoryBytes }: Usage): Record<string, string> {
  return {
    cpu: quantityOf(BigInt(Math.round(cpuNanocores)), -9).toString(),
    memory: quantityOf(BigInt(Math.round(memoryBytes)), 0, "binary").toString(),
  };
}
