/** Figures as rows, with the columns that upstream's server gives them: a name, each thing that is used, and over how long. */
import { addQuantities } from "../api/mod.ts";
import type { NodeMetrics, PodMetrics } from "./schema.ts";

export type Metrics = NodeMetrics | PodMetrics;

export interface TableOptions {
  /** Of the form: `v1`. */
  readonly version: string;
  /** `None`, `Metadata` or `Object`. */
  readonly include: string;
}

const column = (name: string, type: string, format: string, description = "") => ({
  name,
  type,
  format,
  description,
  priority: 0,
});

export function metricsTable(items: readonly Metrics[], { version, include }: TableOptions): object {
  const used = [...new Set(items.flatMap((item) => Object.keys(usageOf(item))))].sort();
  return {
    kind: "Table",
    apiVersion: `meta.k8s.io/${version}`,
    metadata: {},
    columnDefinitions: [
      column("Name", "string", "name", "Name of the resource"),
      ...used.map((name) => column(name, "string", "quantity")),
      column("Window", "string", "duration"),
    ],
    rows: items.map((item) => {
      const usage = usageOf(item);
      const cells = [item.metadata.name, ...used.map((name) => usage[name] ?? "0"), item.window];
      return { cells, object: objectOf(item, { version, include }) };
    }),
  };
}

function objectOf(item: Metrics, { version, include }: TableOptions): object | null {
  if (include === "None") return null;
  if (include === "Object") return item;
  return { kind: "PartialObjectMetadata", apiVersion: `meta.k8s.io/${version}`, metadata: item.metadata };
}

/** Of a pod: of its containers together. */
function usageOf(item: Metrics): Readonly<Record<string, string>> {
  if (!("containers" in item)) return item.usage;
  const sum: Record<string, string> = {};
  for (const { usage } of item.containers)
    for (const [name, amount] of Object.entries(usage)) sum[name] = addQuantities(sum[name] ?? "0", amount);
  return sum;
}
