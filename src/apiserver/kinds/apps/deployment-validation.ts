import { appsv1, metav1 } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import {
  immutableField,
  nonNegative,
  notMoreThan100Percent,
  percentOf,
  positiveIntOrPercent,
} from "../../validation/rules.ts";
import { neverLess, validateCounts } from "./status-validation.ts";
import { validateSelector, validateTemplate } from "./workload-validation.ts";

const path = field("spec");

export function validateDeployment({ spec }: appsv1.Deployment): FieldError[] {
  const of = { selector: spec.selector, template: spec.template, word: "deployment", deadlineWord: "ReplicaSet" };
  const errors = [
    ...nonNegative(spec.replicas, path.child("replicas")),
    ...validateSelector(of, path.child("selector")),
    ...validateTemplate(of, path.child("template")),
    ...validateStrategy(spec.strategy, path.child("strategy")),
    ...nonNegative(spec.minReadySeconds, path.child("minReadySeconds")),
    ...nonNegative(spec.revisionHistoryLimit, path.child("revisionHistoryLimit")),
  ];
  const deadline = spec.progressDeadlineSeconds;
  if (deadline !== undefined) {
    const at = path.child("progressDeadlineSeconds");
    nonNegative(deadline, at, errors);
    if (deadline <= (spec.minReadySeconds ?? 0))
      errors.push(invalid(at, deadline, "must be greater than minReadySeconds"));
  }
  return errors;
}

function validateStrategy(strategy: appsv1.DeploymentStrategy | undefined, at: FieldPath): FieldError[] {
  const rolling = at.child("rollingUpdate");
  switch (strategy?.type) {
    case "Recreate":
      return strategy.rollingUpdate
        ? [forbidden(rolling, "may not be specified when strategy `type` is 'Recreate'")]
        : [];
    case "RollingUpdate":
      return strategy.rollingUpdate
        ? validateRolling(strategy.rollingUpdate, rolling)
        : [required(rolling, "this should be defaulted and never be nil")];
    default:
      return [
        notSupported(at, internalForm(appsv1.deploymentStrategy, strategy ?? {}), appsv1.deploymentStrategyType.enum),
      ];
  }
}

function validateRolling({ maxUnavailable, maxSurge }: appsv1.RollingUpdateDeployment, at: FieldPath): FieldError[] {
  const errors = [
    ...positiveIntOrPercent(maxUnavailable, at.child("maxUnavailable")),
    ...positiveIntOrPercent(maxSurge, at.child("maxSurge")),
  ];
  if (isZero(maxUnavailable) && isZero(maxSurge))
    errors.push(invalid(at.child("maxUnavailable"), maxUnavailable, "may not be 0 when `maxSurge` is 0"));
  return [...errors, ...notMoreThan100Percent(maxUnavailable, at.child("maxUnavailable"))];
}

export function isZero(value: number | string | undefined): boolean {
  return (typeof value === "string" ? percentOf(value) : (value ?? 0)) === 0;
}

export function validateDeploymentUpdate(
  object: appsv1.Deployment,
  old: appsv1.Deployment,
  context: RequestContext,
): FieldError[] {
  if (context.subresource === "status")
    return [
      ...validateCounts(object.status, {
        counts: [
          "observedGeneration",
          "replicas",
          "updatedReplicas",
          "readyReplicas",
          "availableReplicas",
          "unavailableReplicas",
          "terminatingReplicas",
          "collisionCount",
        ],
        parts: ["updatedReplicas", "readyReplicas", "availableReplicas"],
      }),
      ...neverLess(object.status?.collisionCount, old.status?.collisionCount, field("status", "collisionCount")),
    ];
  return [
    ...validateDeployment(object),
    ...immutableField(object.spec.selector, old.spec.selector, path.child("selector"), metav1.labelSelector),
  ];
}
