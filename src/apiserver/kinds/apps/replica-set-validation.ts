import { type appsv1, metav1 } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import type { FieldError } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { immutableField, nonNegative } from "../../validation/rules.ts";
import { validateCounts } from "./status-validation.ts";
import { validateSelector, validateTemplate } from "./workload-validation.ts";

const path = field("spec");

export const replicaCounts = {
  counts: ["replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration"],
  parts: ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"],
} as const;

export function validateReplicaSet({ spec }: appsv1.ReplicaSet): FieldError[] {
  const of = { selector: spec.selector, template: spec.template, word: "deployment", deadlineWord: "ReplicaSet" };
  return [
    ...nonNegative(spec.replicas, path.child("replicas")),
    ...nonNegative(spec.minReadySeconds, path.child("minReadySeconds")),
    ...validateSelector(of, path.child("selector")),
    ...validateTemplate(of, path.child("template")),
  ];
}

export function validateReplicaSetUpdate(
  object: appsv1.ReplicaSet,
  old: appsv1.ReplicaSet,
  context: RequestContext,
): FieldError[] {
  if (context.subresource === "status") return validateCounts(object.status, replicaCounts);
  return [
    ...validateReplicaSet(object),
    ...immutableField(object.spec.selector, old.spec.selector, path.child("selector"), metav1.labelSelector),
  ];
}
