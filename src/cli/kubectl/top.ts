/** `kubets top nodes` and `top pods`: what they use, as the metrics server tells it. */
import { addQuantities, compareQuantities, type corev1, parseQuantity } from "../../api/mod.ts";
import { UsageError } from "../failure.ts";
import { type ConnectionFlags, type Session, withSession } from "./session.ts";
import { alignColumns } from "./table.ts";

export interface TopFlags extends ConnectionFlags {
  readonly selector?: string;
  readonly fieldSelector?: string;
  readonly allNamespaces?: boolean;
  readonly containers?: boolean;
  readonly sum?: boolean;
  /** `cpu` or `memory`: what uses most comes first. */
  readonly sortBy?: string;
  /** Shares are those of what the node has, not of what it gives to pods. */
  readonly showCapacity?: boolean;
  readonly headers?: boolean;
}

type Usage = Readonly<Record<string, string>>;

interface Measured {
  readonly metadata: { readonly name: string; readonly namespace?: string };
}
interface NodeMetrics extends Measured {
  readonly usage: Usage;
}
interface PodMetrics extends Measured {
  readonly containers: readonly { readonly name: string; readonly usage: Usage }[];
}

/** A line: what stands before the figures, and the figures. */
interface Line {
  readonly words: readonly string[];
  readonly usage: Usage;
}

const root = "/apis/metrics.k8s.io/v1beta1";
const figures = ["CPU(cores)", "MEMORY(bytes)"];

/** One by name, or all that the flags choose. */
async function fetchMetrics<T>(session: Session, path: string, name: string | undefined, flags: TopFlags) {
  const { selector: labelSelector, fieldSelector } = flags;
  if (name !== undefined && labelSelector) throw new UsageError("only one of NAME or --selector can be provided");
  const query = name === undefined ? { labelSelector, fieldSelector } : {};
  const full = name === undefined ? `${root}/${path}` : `${root}/${path}/${encodeURIComponent(name)}`;
  const answer = await session.transport.request({ method: "GET", path: full, query });
  return name === undefined ? (answer as { items: readonly T[] }).items : [answer as T];
}

export async function topNodes(name: string | undefined, flags: TopFlags): Promise<void> {
  await withSession(flags, async (session) => {
    const measured = await fetchMetrics<NodeMetrics>(session, "nodes", name, flags);
    if (measured.length === 0) throw new UsageError("metrics not available yet");
    const answer = await session.transport.request({ method: "GET", path: "/api/v1/nodes" });
    const nodes = new Map((answer as { items: corev1.Node[] }).items.map((node) => [node.metadata.name, node]));
    const lines = measured.map(({ metadata, usage }) => ({ words: [metadata.name], usage }));
    const rows = sorted(lines, flags).map(({ words, usage }) => {
      const { status } = nodes.get(words[0]!) ?? {};
      const whole = (flags.showCapacity ? status?.capacity : status?.allocatable) ?? {};
      const [cpu, memory] = cells(usage);
      return [...words, cpu!, share(usage, whole, "cpu"), memory!, share(usage, whole, "memory")];
    });
    print(["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"], rows, flags);
  });
}

export async function topPods(name: string | undefined, flags: TopFlags): Promise<void> {
  await withSession(flags, async (session) => {
    const path = flags.allNamespaces ? "pods" : `namespaces/${encodeURIComponent(session.namespace)}/pods`;
    const measured = await fetchMetrics<PodMetrics>(session, path, name, flags);
    if (measured.length === 0) return explainNone(session, path, flags);
    const lines = measured.flatMap((pod) => linesOf(pod, flags));
    const rows = sorted(lines, flags).map(({ words, usage }) => [...words, ...cells(usage)]);
    const before = [...(flags.allNamespaces ? ["NAMESPACE"] : []), ...(flags.containers ? ["POD", "NAME"] : ["NAME"])];
    const blank = before.map(() => "");
    const total = cells(lines.reduce<Usage>((sum, { usage }) => together(sum, usage), {}));
    const sum = flags.sum
      ? [
          [...blank, "________", "________"],
          [...blank, ...total],
        ]
      : [];
    print([...before, ...figures], [...rows, ...sum], flags);
  });
}

/** Nothing is told of pods that have just started. */
async function explainNone(session: Session, path: string, flags: TopFlags): Promise<void> {
  const query = { labelSelector: flags.selector, fieldSelector: flags.fieldSelector };
  const request = { method: "GET", path: `/api/v1/${path}`, query } as const;
  const { items } = (await session.transport.request(request)) as { items: readonly unknown[] };
  if (items.length > 0) throw new UsageError("metrics not available yet");
  process.stderr.write(
    flags.allNamespaces ? "No resources found\n" : `No resources found in ${session.namespace} namespace.\n`,
  );
}

function linesOf({ metadata: { name, namespace = "" }, containers }: PodMetrics, flags: TopFlags): Line[] {
  const before = flags.allNamespaces ? [namespace, name] : [name];
  if (flags.containers) return containers.map((one) => ({ words: [...before, one.name], usage: one.usage }));
  return [{ words: before, usage: containers.reduce<Usage>((sum, { usage }) => together(sum, usage), {}) }];
}

function together(left: Usage, right: Usage): Usage {
  const names = Object.keys({ ...left, ...right });
  return Object.fromEntries(names.map((name) => [name, addQuantities(left[name] ?? "0", right[name] ?? "0")]));
}

function sorted<T extends Line>(lines: readonly T[], { sortBy }: TopFlags): T[] {
  if (sortBy !== undefined && sortBy !== "cpu" && sortBy !== "memory")
    throw new UsageError("--sort-by accepts only cpu or memory");
  const byWords = (a: T, b: T) => (a.words.join("\0") < b.words.join("\0") ? -1 : 1);
  const byUsage = (a: T, b: T) => (sortBy ? compareQuantities(b.usage[sortBy] ?? "0", a.usage[sortBy] ?? "0") : 0);
  return lines.toSorted((a, b) => byUsage(a, b) || byWords(a, b));
}

/** Thousandths of a core, and whole mebibytes. */
function cells({ cpu = "0", memory = "0" }: Usage): string[] {
  return [`${parseQuantity(cpu).milliValue()}m`, `${parseQuantity(memory).value() / 1_048_576n}Mi`];
}

function share(usage: Usage, whole: Usage, name: string): string {
  const [used, all] = [parseQuantity(usage[name] ?? "0"), parseQuantity(whole[name] ?? "0")];
  return all.isZero() ? "<unknown>" : `${(used.milliValue() * 100n) / all.milliValue()}%`;
}

/** kubectl lets each column end with its space, the last one too. */
function print(header: readonly string[], rows: readonly (readonly string[])[], { headers }: TopFlags): void {
  const all = headers === false ? rows : [header, ...rows];
  process.stdout.write(alignColumns(all.map((row) => [...row, ""])));
}
