/** A node's `/metrics/resource`, read: Prometheus's text form, of which four families are wanted. Pure. */

/** What one thing has used until a moment. */
export interface Point {
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
  /** Since it began to run. */
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

export interface NodeSample {
  readonly node: Point | undefined;
  /** By `podKey`, then by container. */
  readonly pods: ReadonlyMap<string, ReadonlyMap<string, Point>>;
}

export function podKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

const sampleLine = /^(\w+)(?:\{(.*)\})?\s+(\S+)(?:\s+(\d+))?\s*$/;
const labelPair = /(\w+)="((?:[^"\\]|\\.)*)"/g;

const measures: Readonly<Record<string, "cpuSeconds" | "memoryBytes">> = {
  node_cpu_usage_seconds_total: "cpuSeconds",
  node_memory_working_set_bytes: "memoryBytes",
  container_cpu_usage_seconds_total: "cpuSeconds",
  container_memory_working_set_bytes: "memoryBytes",
};

type Draft = { -readonly [Key in keyof Point]: Point[Key] };

/** `now`: when it was read, for lines that do not say of when they are. */
export function parseResourceMetrics(text: string, now: number): NodeSample {
  const node: Draft = { timeMs: 0, cpuSeconds: 0, memoryBytes: 0 };
  const pods = new Map<string, Map<string, Draft>>();
  for (const line of text.split("\n")) {
    const [, name = "", labels = "", value = "", time] = sampleLine.exec(line) ?? [];
    const measure = measures[name];
    if (measure === undefined || !Number.isFinite(Number(value))) continue;
    const point = name.startsWith("node_") ? node : containerPoint(pods, labels);
    point[measure] = Number(value);
    if (measure === "cpuSeconds") point.timeMs = Number(time ?? now);
  }
  return { node: isWhole(node) ? node : undefined, pods: wholePods(pods) };
}

function containerPoint(pods: Map<string, Map<string, Draft>>, text: string): Draft {
  const labels = Object.fromEntries([...text.matchAll(labelPair)].map(([, key, value]) => [key, value]));
  const key = podKey(labels["namespace"] ?? "", labels["pod"] ?? "");
  const containers = pods.get(key) ?? new Map<string, Draft>();
  pods.set(key, containers);
  const container = labels["container"] ?? "";
  const point = containers.get(container) ?? { timeMs: 0, cpuSeconds: 0, memoryBytes: 0 };
  containers.set(container, point);
  return point;
}

/** Nothing runs without memory: a zero says that the figure could not be read. */
function isWhole({ timeMs, cpuSeconds, memoryBytes }: Point): boolean {
  return timeMs > 0 && cpuSeconds > 0 && memoryBytes > 0;
}

/** Half a pod's figures would be taken for the whole. */
function wholePods(pods: Map<string, Map<string, Point>>): Map<string, Map<string, Point>> {
  return new Map([...pods].filter(([, containers]) => [...containers.values()].every(isWhole)));
}
