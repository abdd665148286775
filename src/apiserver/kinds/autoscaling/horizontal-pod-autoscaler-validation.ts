import { type autoscalingv2, parseQuantity } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { nonNegative, presentWord } from "../../validation/rules.ts";
import { validateMetric, validateNamed } from "./metric-validation.ts";

const path = field("spec");

export function validateAutoscaler(
  object: autoscalingv2.HorizontalPodAutoscaler,
  context?: unknown,
  third?: unknown,
): FieldError[] {
  if (isStatus(context) || isStatus(third)) return validateStatus(object);
  const { spec } = object;
  const errors: FieldError[] = [];
  const least = spec.minReplicas;
  if (least !== undefined && least < 1)
    errors.push(invalid(path.child("minReplicas"), least, "must be greater than or equal to 1"));
  if (spec.maxReplicas < 0)
    errors.push(invalid(path.child("maxReplicas"), spec.maxReplicas, "must be greater than or equal to 1"));
  else if (!spec.maxReplicas) errors.push(required(path.child("maxReplicas"), "must be set and greater than 0"));
  if (least !== undefined && spec.maxReplicas < least)
    errors.push(invalid(path.child("maxReplicas"), spec.maxReplicas, "must be greater than or equal to `minReplicas`"));
  errors.push(...validateReference(spec.scaleTargetRef, path.child("scaleTargetRef")));
  for (const [position, metric] of (spec.metrics ?? []).entries())
    errors.push(...validateMetric(metric, path.child("metrics").index(position)));
  if (least === 0 && !spec.metrics?.some(({ object: some, external }) => some ?? external))
    errors.push(
      forbidden(
        path.child("metrics"),
        "must specify at least one Object or External metric to support scaling to zero replicas",
      ),
    );
  return [...errors, ...validateBehavior(spec.behavior, path.child("behavior"))];
}

function isStatus(context: unknown): boolean {
  return (
    typeof context === "object" && context !== null && (context as Partial<RequestContext>).subresource === "status"
  );
}

function validateStatus({ status }: autoscalingv2.HorizontalPodAutoscaler): FieldError[] {
  return (["currentReplicas", "desiredReplicas"] as const).flatMap((key) =>
    nonNegative(status?.[key], field("status", key)),
  );
}

function validateReference(reference: autoscalingv2.CrossVersionObjectReference, at: FieldPath): FieldError[] {
  return [...validateNamed(reference, at), ...validateApiVersion(reference, at.child("apiVersion"))];
}

/** Of the core kinds only replication controllers can be scaled. */
function validateApiVersion(
  { apiVersion = "", kind }: autoscalingv2.CrossVersionObjectReference,
  at: FieldPath,
): FieldError[] {
  const slashes = apiVersion.split("/").length - 1;
  if (slashes > 1) return [invalid(at, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)];
  if (slashes === 1 || kind === "ReplicationController") return [];
  return [invalid(at, apiVersion, "apiVersion must specify API group")];
}

function validateBehavior(
  behavior: autoscalingv2.HorizontalPodAutoscalerBehavior | undefined,
  at: FieldPath,
): FieldError[] {
  return (["scaleUp", "scaleDown"] as const).flatMap((key) =>
    behavior?.[key] ? validateRules(behavior[key], at.child(key)) : [],
  );
}

const longestWindow = 3600;

function validateRules(rules: autoscalingv2.HPAScalingRules, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const window = rules.stabilizationWindowSeconds;
  if (window !== undefined) {
    if (window < 0)
      errors.push(invalid(at.child("stabilizationWindowSeconds"), window, "must be greater than or equal to zero"));
    if (window > longestWindow)
      errors.push(invalid(at.child("stabilizationWindowSeconds"), window, "must be less than or equal to 3600"));
  }
  if (rules.tolerance !== undefined && parseQuantity(rules.tolerance).sign() < 0)
    errors.push(invalid(at.child("tolerance"), rules.tolerance, "must be greater than or equal to 0"));
  const choices = ["Disabled", "Max", "Min"];
  presentWord(rules.selectPolicy, choices, at.child("selectPolicy"), errors);
  if (!rules.policies?.length) errors.push(required(at.child("policies"), "must specify at least one Policy"));
  for (const [position, policy] of (rules.policies ?? []).entries())
    errors.push(...validatePolicy(policy, at.child("policies").index(position)));
  return errors;
}

function validatePolicy(policy: autoscalingv2.HPAScalingPolicy, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (policy.type !== "Percent" && policy.type !== "Pods")
    errors.push(notSupported(at.child("type"), policy.type, ["Percent", "Pods"]));
  if (policy.value <= 0) errors.push(invalid(at.child("value"), policy.value, "must be greater than zero"));
  if (policy.periodSeconds <= 0)
    errors.push(invalid(at.child("periodSeconds"), policy.periodSeconds, "must be greater than zero"));
  if (policy.periodSeconds > 1800)
    errors.push(invalid(at.child("periodSeconds"), policy.periodSeconds, "must be less than or equal to 1800"));
  return errors;
}
