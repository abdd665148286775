import type { corev1 } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { type FieldError, forbidden, required } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { nonNegative } from "../../validation/rules.ts";
import { replicaCounts } from "../apps/replica-set-validation.ts";
import { validateCounts } from "../apps/status-validation.ts";
import { mismatch } from "../apps/workload-validation.ts";
import { onlyAlways, validatePodTemplate } from "./pod-template-validation.ts";

const path = field("spec");

export function validateReplicationController({ spec }: corev1.ReplicationController): FieldError[] {
  const errors = nonNegative(spec.minReadySeconds, path.child("minReadySeconds"));
  const selector = Object.entries(spec.selector ?? {});
  if (selector.length === 0) errors.push(required(path.child("selector")));
  nonNegative(spec.replicas, path.child("replicas"), errors);
  const at = path.child("template");
  if (!spec.template) return [...errors, required(at)];
  const labels = spec.template.metadata?.labels;
  if (selector.some(([key, value]) => labels?.[key] !== value)) errors.push(mismatch(spec.template, at));
  errors.push(...validatePodTemplate(spec.template, at), ...onlyAlways(spec.template, at));
  if (spec.template.spec?.activeDeadlineSeconds !== undefined)
    errors.push(
      forbidden(
        at.child("spec", "activeDeadlineSeconds"),
        "activeDeadlineSeconds in ReplicationController is not Supported",
      ),
    );
  return errors;
}

export function validateReplicationControllerUpdate(
  object: corev1.ReplicationController,
  _old: corev1.ReplicationController,
  context: RequestContext,
): FieldError[] {
  return context.subresource === "status"
    ? validateCounts(object.status, replicaCounts)
    : validateReplicationController(object);
}
