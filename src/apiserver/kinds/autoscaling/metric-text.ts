/** Targets of an autoscaler as a table prints them: `cpu: 12%/50%, memory: <unknown>/1Gi + 2 more...`. */
import type { autoscalingv2 } from "../../../api/mod.ts";

const unknown = "<unknown>";
const mostShown = 2;

export function targetsText(
  wanted: readonly autoscalingv2.MetricSpec[],
  current: readonly autoscalingv2.MetricStatus[],
): string {
  if (wanted.length === 0) return "<none>";
  const all = wanted.map((metric, position) => metricText(metric, current[position]));
  const shown = all.slice(0, mostShown).join(", ");
  return all.length > mostShown ? `${shown} + ${all.length - mostShown} more...` : shown;
}

function metricText(metric: autoscalingv2.MetricSpec, current: autoscalingv2.MetricStatus | undefined): string {
  switch (metric.type) {
    case "External":
      return valuesText(metric.external?.target, current?.external?.current);
    case "Pods":
      return `${current?.pods?.current.averageValue ?? unknown}/${metric.pods?.target.averageValue ?? ""}`;
    case "Object":
      return valuesText(metric.object?.target, current?.object?.current);
    case "Resource":
      return `${metric.resource?.name}: ${resourceText(metric.resource?.target, current?.resource?.current)}`;
    case "ContainerResource": {
      const { containerResource: wanted } = metric;
      return `${wanted?.name}: ${resourceText(wanted?.target, current?.containerResource?.current)}`;
    }
    default:
      return "<unknown type>";
  }
}

type Target = autoscalingv2.MetricTarget | undefined;
type Value = autoscalingv2.MetricValueStatus | undefined;

function valuesText(target: Target, value: Value): string {
  if (target?.averageValue !== undefined) return `${value?.averageValue ?? unknown}/${target.averageValue} (avg)`;
  return `${value?.value ?? unknown}/${target?.value ?? "<auto>"}`;
}

function resourceText(target: Target, value: Value): string {
  if (target?.averageValue !== undefined) return `${value?.averageValue ?? unknown}/${target.averageValue}`;
  const current = value?.averageUtilization === undefined ? unknown : `${value.averageUtilization}%`;
  return `${current}/${target?.averageUtilization === undefined ? "<auto>" : `${target.averageUtilization}%`}`;
}
