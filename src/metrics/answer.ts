/** What is answered to a request for figures. */
import type { KubernetesObject } from "../api/mod.ts";
import type { Readings } from "./readings.ts";
import { notFound } from "./refusals.ts";
import type { MetricsRequest } from "./request.ts";
import { apiVersion, group } from "./schema.ts";
import { type Metrics, metricsTable, type TableOptions } from "./table.ts";

/** With `table`, rows. Throws `StatusError`. */
export function answerMetrics(readings: Readings, request: MetricsRequest, table?: TableOptions): object {
  const items = request.name === "" ? listed(readings, request) : [single(readings, request)];
  if (table) return metricsTable(items, table);
  if (request.name !== "") return items[0]!;
  const kind = request.resource === "nodes" ? "NodeMetricsList" : "PodMetricsList";
  return { kind, apiVersion, metadata: {}, items };
}

function single(readings: Readings, { resource, namespace, name }: MetricsRequest): Metrics {
  if (resource === "nodes") {
    const node = readings.nodes.get(name);
    const found = node && readings.ofNode(node);
    if (!found) throw notFound({ group, resource: "nodemetrics", name });
    return found;
  }
  const pod = readings.pods.get(name, namespace);
  const found = pod && readings.ofPod(pod);
  if (!found) throw notFound({ group, resource: "podmetrics", name: `${namespace}/${name}` });
  return found;
}

function listed(readings: Readings, request: MetricsRequest): Metrics[] {
  const { resource, namespace } = request;
  if (resource === "nodes") return chosen(readings.nodes.list(), request, (node) => readings.ofNode(node));
  return chosen(readings.pods.list(namespace || undefined), request, (pod) => readings.ofPod(pod));
}

/** In the order of namespaces and names. Whose figures are not known is left out. */
function chosen<T extends KubernetesObject>(
  objects: readonly T[],
  { labels, fields }: MetricsRequest,
  read: (object: T) => Metrics | undefined,
): Metrics[] {
  const matching = objects.filter(({ metadata }) => {
    const fieldOf = (field: string) => (field === "metadata.name" ? metadata.name : (metadata.namespace ?? ""));
    return labels.matches(metadata.labels) && fields.matches(fieldOf);
  });
  return matching.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1)).flatMap((object) => read(object) ?? []);
}

function sortKey({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}
