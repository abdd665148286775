/**
 * autoscaling/v1 knows one metric, the processor's use; autoscaling/v2, which is stored, knows many. What v1 has no field for it carries in
 * annotations, so that nothing is lost by a client of the old version.
 */
import { autoscalingv1, autoscalingv2, clone, type KubernetesObject, normalize } from "../../api/mod.ts";
import type { Conversion } from "../registry/view.ts";
import { currentToV1, currentToV2, metricToV1, metricToV2 } from "./autoscaling-metrics.ts";

const prefix = "autoscaling.alpha.kubernetes.io/";
const carried = ["behavior", "conditions", "current-metrics", "metrics"] as const;
type Carried = (typeof carried)[number];

type OldSpec = autoscalingv1.HorizontalPodAutoscalerSpec;
type NewSpec = autoscalingv2.HorizontalPodAutoscalerSpec;

export const autoscalerConversion: Conversion = {
  toStored: (object) => toStored(clone(object) as autoscalingv1.HorizontalPodAutoscaler),
  fromStored: (object) => fromStored(clone(object) as autoscalingv2.HorizontalPodAutoscaler),
};

function isProcessorUse(metric: autoscalingv2.MetricSpec): boolean {
  return metric.resource?.name === "cpu" && metric.resource.target.type === "Utilization";
}

function fromStored({ metadata, spec, status }: autoscalingv2.HorizontalPodAutoscaler): KubernetesObject {
  const { metrics = [], behavior, ...rest } = spec;
  const processor = metrics.find(isProcessorUse)?.resource?.target.averageUtilization;
  const { currentMetrics = [], conditions = [], ...counts } = status ?? {};
  const use = currentMetrics.find(({ resource }) => resource?.name === "cpu")?.resource?.current.averageUtilization;
  const others = metrics.filter((metric) => !isProcessorUse(metric));
  carry(metadata, {
    ...(behavior && { behavior }),
    ...(conditions.length > 0 && { conditions }),
    ...(currentMetrics.length > 0 && { "current-metrics": currentMetrics.map(currentToV1) }),
    ...(others.length > 0 && { metrics: others.map(metricToV1) }),
  });
  const old = {
    kind: "HorizontalPodAutoscaler",
    apiVersion: "autoscaling/v1",
    metadata,
    spec: { ...rest, ...(processor !== undefined && { targetCPUUtilizationPercentage: processor }) } as OldSpec,
    status: { ...counts, ...(use !== undefined && { currentCPUUtilizationPercentage: use }) },
  };
  return normalize(autoscalingv1.horizontalPodAutoscaler, old as autoscalingv1.HorizontalPodAutoscaler);
}

function toStored({ metadata, spec, status }: autoscalingv1.HorizontalPodAutoscaler): KubernetesObject {
  const { targetCPUUtilizationPercentage: target, ...rest } = spec;
  const { currentCPUUtilizationPercentage: _use, ...counts } = status ?? {};
  const found = uncarry(metadata);
  const metrics = [
    ...(target === undefined ? [] : [processorMetric(target)]),
    ...listOf(found.metrics).map(metricToV2),
  ];
  const now = {
    kind: "HorizontalPodAutoscaler",
    apiVersion: "autoscaling/v2",
    metadata,
    spec: { ...rest, metrics, ...(found.behavior !== undefined && { behavior: found.behavior }) } as NewSpec,
    status: {
      ...counts,
      conditions: listOf(found.conditions),
      currentMetrics: listOf(found["current-metrics"]).map(currentToV2),
    },
  };
  return normalize(autoscalingv2.horizontalPodAutoscaler, now as unknown as autoscalingv2.HorizontalPodAutoscaler);
}

function processorMetric(averageUtilization: number): autoscalingv2.MetricSpec {
  return { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization } } };
}

function carry(metadata: KubernetesObject["metadata"], values: Partial<Record<Carried, unknown>>): void {
  const names = Object.keys(values) as Carried[];
  if (names.length === 0) return;
  const added = Object.fromEntries(names.map((name) => [prefix + name, JSON.stringify(values[name])]));
  metadata.annotations = { ...metadata.annotations, ...added };
}

/** Takes the annotations away; one that is no JSON is dropped. */
function uncarry(metadata: KubernetesObject["metadata"]): Partial<Record<Carried, unknown>> {
  const found: Partial<Record<Carried, unknown>> = {};
  const { annotations } = metadata;
  if (!annotations) return found;
  for (const name of carried) {
    const text = annotations[prefix + name];
    if (text === undefined) continue;
    delete annotations[prefix + name];
    found[name] = parse(text);
  }
  if (Object.keys(annotations).length === 0) delete metadata.annotations;
  return found;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value : [];
}
