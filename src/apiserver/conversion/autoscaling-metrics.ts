/** One metric of an autoscaler in the shape that v1 annotations have, and back. */
import type { autoscalingv2 } from "../../api/mod.ts";

type JsonRecord = Record<string, unknown>;
type Source = "resource" | "containerResource" | "pods" | "object" | "external";

const sources: readonly Source[] = ["resource", "containerResource", "pods", "object", "external"];

/** Where the two versions call a metric's name and selector differently. */
const selectorNames: Partial<Record<Source, string>> = { external: "metricSelector" };
const usesName: ReadonlySet<Source> = new Set<Source>(["resource", "containerResource"]);

function sourceOf(metric: JsonRecord): Source | undefined {
  return sources.find((source) => metric[source] !== undefined);
}

function without(values: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function identityToV1(source: Source, from: JsonRecord): JsonRecord {
  if (usesName.has(source)) return { name: from["name"], container: from["container"] };
  const metric = (from["metric"] ?? {}) as JsonRecord;
  return {
    target: from["describedObject"],
    metricName: metric["name"],
    [selectorNames[source] ?? "selector"]: metric["selector"],
  };
}

function identityToV2(source: Source, from: JsonRecord): JsonRecord {
  if (usesName.has(source)) return { name: from["name"], container: from["container"] };
  const selector = from[selectorNames[source] ?? "selector"];
  return { describedObject: from["target"], metric: without({ name: from["metricName"], selector }) };
}

export function metricToV1(metric: autoscalingv2.MetricSpec): JsonRecord {
  const source = sourceOf(metric as unknown as JsonRecord);
  if (!source) return { type: metric.type };
  const from = metric[source] as unknown as JsonRecord;
  const { averageUtilization, averageValue, value } = from["target"] as JsonRecord;
  const average = source === "object" ? "averageValue" : "targetAverageValue";
  const amounts = { targetAverageUtilization: averageUtilization, [average]: averageValue, targetValue: value };
  return { type: metric.type, [source]: without({ ...identityToV1(source, from), ...amounts }) };
}

export function metricToV2(metric: JsonRecord): autoscalingv2.MetricSpec {
  const source = sourceOf(metric);
  if (!source) return { type: String(metric["type"]) };
  const from = metric[source] as JsonRecord;
  const averageUtilization = from["targetAverageUtilization"];
  const averageValue = from[source === "object" ? "averageValue" : "targetAverageValue"];
  const type = averageUtilization !== undefined ? "Utilization" : averageValue !== undefined ? "AverageValue" : "Value";
  const target = without({
    type,
    averageUtilization,
    averageValue,
    value: type === "Value" ? from["targetValue"] : undefined,
  });
  const converted = { type: metric["type"], [source]: { ...without(identityToV2(source, from)), target } };
  return converted as unknown as autoscalingv2.MetricSpec;
}

export function currentToV1(metric: autoscalingv2.MetricStatus): JsonRecord {
  const source = sourceOf(metric as unknown as JsonRecord);
  if (!source) return { type: metric.type };
  const from = metric[source] as unknown as JsonRecord;
  const { averageUtilization, averageValue, value } = from["current"] as JsonRecord;
  const average = source === "object" ? "averageValue" : "currentAverageValue";
  const amounts = { currentAverageUtilization: averageUtilization, [average]: averageValue, currentValue: value };
  return { type: metric.type, [source]: without({ ...identityToV1(source, from), ...amounts }) };
}

export function currentToV2(metric: JsonRecord): autoscalingv2.MetricStatus {
  const source = sourceOf(metric);
  if (!source) return { type: String(metric["type"]) };
  const from = metric[source] as JsonRecord;
  const current = without({
    averageUtilization: from["currentAverageUtilization"],
    averageValue: from[source === "object" ? "averageValue" : "currentAverageValue"],
    value: from["currentValue"],
  });
  const converted = { type: metric["type"], [source]: { ...without(identityToV2(source, from)), current } };
  return converted as unknown as autoscalingv2.MetricStatus;
}
