/** What an autoscaler measures: one source a metric, each with a target of its own kind. */
import { type autoscalingv2, dns1123LabelProblems, parseQuantity, pathSegmentProblems } from "../../../api/mod.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { containerResourceName } from "../../validation/quantity-rules.ts";
import { requiredText, textErrors } from "../../validation/rules.ts";

const sources = ["object", "external", "pods", "resource", "containerResource"] as const;
const metricTypes = ["ContainerResource", "External", "Object", "Pods", "Resource"];

type Source = (typeof sources)[number];

interface Named {
  readonly kind: string;
  readonly name: string;
}

export function validateNamed({ kind, name }: Named, at: FieldPath): FieldError[] {
  return [
    ...requiredText(kind, pathSegmentProblems, at.child("kind")),
    ...requiredText(name, pathSegmentProblems, at.child("name")),
  ];
}

export function validateMetric(metric: autoscalingv2.MetricSpec, at: FieldPath): FieldError[] {
  const errors: FieldError[] = metric.type ? [] : [required(at.child("type"), "must specify a metric source type")];
  const unsupported = metricTypes.includes(metric.type)
    ? []
    : [notSupported(at.child("type"), metric.type ?? "", metricTypes)];
  errors.push(...unsupported);
  const present = sources.filter((key) => metric[key]);
  const first = present[0];
  if (first) errors.push(...validateSource(metric, first, at.child(first)));
  // Upstream says it twice.
  if (unsupported.length > 0) return [...errors, ...unsupported];
  const wanted = `${metric.type[0]!.toLowerCase()}${metric.type.slice(1)}` as Source;
  if (!metric[wanted]) errors.push(required(at.child(wanted), "must populate information for the given metric source"));
  if (present.length !== 1)
    for (const key of present)
      if (key !== wanted) errors.push(forbidden(at.child(key), "must populate the given metric source only"));
  return errors;
}

function validateSource(metric: autoscalingv2.MetricSpec, name: Source, at: FieldPath): FieldError[] {
  const source = metric[name]!;
  const errors: FieldError[] = [];
  if ("describedObject" in source) errors.push(...validateNamed(source.describedObject, at.child("describedObject")));
  if ("metric" in source && !source.metric?.name)
    errors.push(required(at.child("metric", "name"), "must specify a metric name"));
  if ("metric" in source && source.metric?.name)
    requiredText(source.metric.name, pathSegmentProblems, at.child("metric", "name"), errors);
  if (name === "resource" || name === "containerResource") {
    if (!metric[name]!.name) errors.push(required(at.child("name"), "must specify a resource name"));
    if (name === "containerResource") {
      if (metric[name]!.name) errors.push(...containerResourceName(metric[name]!.name, at.child("name")));
      errors.push(...validateContainerName(metric[name]!.container, at.child("container")));
    }
  }
  const target = source.target ?? ({} as autoscalingv2.MetricTarget);
  return [...errors, ...validateTarget(target, at.child("target")), ...amounts[name](target, at.child("target"))];
}

function validateContainerName(container: string, at: FieldPath): FieldError[] {
  return container ? textErrors(container, dns1123LabelProblems, at) : [required(at, "must specify a container")];
}

function validateTarget(target: autoscalingv2.MetricTarget, at: FieldPath): FieldError[] {
  const errors = target.type ? [] : [required(at.child("type"), "must specify a metric target type")];
  if (!["AverageValue", "Utilization", "Value"].includes(target.type))
    errors.push(invalid(at.child("type"), target.type ?? "", "must be either Utilization, Value, or AverageValue"));
  for (const key of ["value", "averageValue"] as const) {
    const amount = target[key];
    if (amount !== undefined && parseQuantity(amount).sign() <= 0)
      errors.push(invalid(at.child(key), amount, "must be positive"));
  }
  if (target.averageUtilization !== undefined && target.averageUtilization < 1)
    errors.push(invalid(at.child("averageUtilization"), target.averageUtilization, "must be greater than 0"));
  return errors;
}

type AmountRule = (target: autoscalingv2.MetricTarget, at: FieldPath) => FieldError[];

/** Which amounts of a target each source takes. */
const amounts: Readonly<Record<Source, AmountRule>> = Object.freeze({
  object: ({ value, averageValue }, at) =>
    value === undefined && averageValue === undefined
      ? [required(at.child("averageValue"), "must set either a target value or averageValue")]
      : [],
  external: ({ value, averageValue }, at) => {
    if (value === undefined && averageValue === undefined)
      return [required(at.child("averageValue"), "must set either a target value for metric or a per-pod target")];
    if (value === undefined || averageValue === undefined) return [];
    return [forbidden(at.child("value"), "may not set both a target value for metric and a per-pod target")];
  },
  pods: ({ averageValue }, at) =>
    averageValue === undefined
      ? [required(at.child("averageValue"), "must specify a positive target averageValue")]
      : [],
  resource: rawOrUtilization,
  containerResource: rawOrUtilization,
});

function rawOrUtilization(
  { averageUtilization, averageValue }: autoscalingv2.MetricTarget,
  at: FieldPath,
): FieldError[] {
  if (averageUtilization === undefined && averageValue === undefined)
    return [required(at.child("averageUtilization"), "must set either a target raw value or a target utilization")];
  if (averageUtilization === undefined || averageValue === undefined) return [];
  return [forbidden(at.child("averageValue"), "may not set both a target raw value and a target utilization")];
}
