import { appsv1, metav1 } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import {
  immutableField,
  isEmptySelector,
  isSoundSelector,
  nonNegative,
  notMoreThan100Percent,
  percentOf,
  positiveIntOrPercent,
  selects,
  validateLabelSelector,
} from "../../validation/rules.ts";
import { onlyAlways, validatePodTemplate } from "../core/pod-template-validation.ts";
import { isZero } from "./deployment-validation.ts";
import { neverLess, validateCounts } from "./status-validation.ts";
import { mismatch } from "./workload-validation.ts";

const path = field("spec");

export function validateDaemonSet({ spec }: appsv1.DaemonSet): FieldError[] {
  const { selector, template } = spec;
  const errors = validateLabelSelector(selector, path.child("selector"));
  if (isSoundSelector(selector) && !selects(selector, template.metadata?.labels))
    errors.push(mismatch(template, path.child("template")));
  if (selector && isEmptySelector(selector))
    errors.push(invalid(path.child("selector"), selector, "empty selector is invalid for daemonset"));
  errors.push(
    ...validatePodTemplate(template, path.child("template")),
    ...onlyAlways(template, path.child("template")),
  );
  if (template.spec?.activeDeadlineSeconds !== undefined) {
    const text = "activeDeadlineSeconds in DaemonSet is not Supported";
    errors.push(forbidden(path.child("template", "spec", "activeDeadlineSeconds"), text));
  }
  nonNegative(spec.minReadySeconds, path.child("minReadySeconds"), errors);
  errors.push(...validateStrategy(spec.updateStrategy, path.child("updateStrategy")));
  nonNegative(spec.revisionHistoryLimit, path.child("revisionHistoryLimit"), errors);
  return errors;
}

function validateStrategy(strategy: appsv1.DaemonSetUpdateStrategy | undefined, at: FieldPath): FieldError[] {
  if (strategy?.type === "OnDelete") return [];
  if (strategy?.type !== "RollingUpdate")
    return [
      notSupported(at, internalForm(appsv1.daemonSetUpdateStrategy, strategy ?? {}), ["RollingUpdate", "OnDelete"]),
    ];
  const rolling = strategy.rollingUpdate;
  const under = at.child("rollingUpdate");
  if (!rolling) return [required(under)];
  const errors = [
    ...positiveIntOrPercent(rolling.maxUnavailable, under.child("maxUnavailable")),
    ...notMoreThan100Percent(rolling.maxUnavailable, under.child("maxUnavailable")),
    ...positiveIntOrPercent(rolling.maxSurge, under.child("maxSurge")),
    ...notMoreThan100Percent(rolling.maxSurge, under.child("maxSurge")),
  ];
  const [down, up] = [isSome(rolling.maxUnavailable), isSome(rolling.maxSurge)];
  if (down && up)
    errors.push(invalid(under.child("maxSurge"), rolling.maxSurge, "may not be set when maxUnavailable is non-zero"));
  if (!down && !up) errors.push(required(under.child("maxUnavailable"), "cannot be 0 when maxSurge is 0"));
  return errors;
}

const statusCounts = [
  "currentNumberScheduled",
  "numberMisscheduled",
  "desiredNumberScheduled",
  "numberReady",
  "observedGeneration",
  "updatedNumberScheduled",
  "numberAvailable",
  "numberUnavailable",
  "collisionCount",
] as const;

/** Text that is no percentage counts as nothing. */
function isSome(value: number | string | undefined): boolean {
  return !isZero(typeof value === "string" ? (percentOf(value) ?? 0) : value);
}

export function validateDaemonSetUpdate(
  object: appsv1.DaemonSet,
  old: appsv1.DaemonSet,
  context: RequestContext,
): FieldError[] {
  if (context.subresource === "status")
    return [
      ...validateCounts(object.status, { counts: statusCounts }),
      ...neverLess(object.status?.collisionCount, old.status?.collisionCount, field("status", "collisionCount")),
    ];
  return [
    ...immutableField(object.spec.selector, old.spec.selector, path.child("selector"), metav1.labelSelector),
    ...validateDaemonSet(object),
  ];
}
