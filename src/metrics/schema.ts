/** The kinds of `metrics.k8s.io/v1beta1`, which are answered from memory and never stored. */
import { type Infer, metav1, type ResourceInfo, resource, schema } from "../api/mod.ts";

const { field, kind, list, map, message, quantity, string, time } = schema;

export const group = "metrics.k8s.io";
export const version = "v1beta1";
export const apiVersion = `${group}/${version}`;

const typeNames = "io.k8s.metrics.pkg.apis.metrics.v1beta1";
const usage = map(quantity);
const measured = {
  metadata: field(1, metav1.objectMeta, { always: true }),
  timestamp: field(2, time, { required: true }),
  window: field(3, string, { required: true }),
};

const containerMetrics = message(`${typeNames}.ContainerMetrics`, {
  name: field(1, string, { required: true }),
  usage: field(2, usage, { required: true }),
});
export interface ContainerMetrics extends Infer<typeof containerMetrics> {}

const nodeMetrics = kind(`${typeNames}.NodeMetrics`, apiVersion, {
  ...measured,
  usage: field(4, usage, { required: true }),
});
export interface NodeMetrics extends Infer<typeof nodeMetrics> {}

const podMetrics = kind(`${typeNames}.PodMetrics`, apiVersion, {
  ...measured,
  containers: field(4, list(containerMetrics, { listType: "atomic" }), { required: true }),
});
export interface PodMetrics extends Infer<typeof podMetrics> {}

const verbs = ["get", "list"];

/** Upstream's server gives its resources no singular names: clients take the kinds' for them. */
function measuredResource<T>(info: ResourceInfo<T>): ResourceInfo<T> {
  return { ...info, singular: "" };
}

const nodeMetricsResource = measuredResource(
  resource<NodeMetrics>(nodeMetrics, "nodes", {
    list: metav1.listKind(`${typeNames}.NodeMetricsList`, nodeMetrics),
    clusterWide: true,
    verbs,
  }),
);
const podMetricsResource = measuredResource(
  resource<PodMetrics>(podMetrics, "pods", {
    list: metav1.listKind(`${typeNames}.PodMetricsList`, podMetrics),
    verbs,
  }),
);
export const metricsResources = [nodeMetricsResource, podMetricsResource];
