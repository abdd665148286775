import type { batchv1, corev1 } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { immutableField, nonNegative, sameJson, selects, validateLabelSelector } from "../../validation/rules.ts";
import { validatePodTemplate } from "../core/pod-template-validation.ts";
import { validateFailurePolicy, validateSuccessPolicy } from "./job-policy-validation.ts";
import { controllerUidLabel } from "./job-selector.ts";

const path = field("spec");
const completionModes = ["Indexed", "NonIndexed"];
const counts = [
  "parallelism",
  "completions",
  "activeDeadlineSeconds",
  "backoffLimit",
  "ttlSecondsAfterFinished",
  "backoffLimitPerIndex",
] as const;

export function validateJob({ metadata, spec }: batchv1.Job): FieldError[] {
  const errors = validateGeneratedSelector(metadata.uid, spec);
  errors.push(...validateJobSpec(spec, path));
  const labels = spec.template.metadata?.labels;
  if (!spec.selector || !selects(spec.selector, labels))
    errors.push(
      invalid(path.child("template", "metadata", "labels"), labels, "`selector` does not match template `labels`"),
    );
  return errors;
}

/** A selector that the server made selects this job's pods only; a manual one is its user's affair. */
function validateGeneratedSelector(uid: string, spec: batchv1.JobSpec): FieldError[] {
  if (spec.manualSelector) return spec.selector ? [] : [required(path.child("selector"))];
  const errors = spec.selector ? [] : [required(path.child("selector"))];
  const own = spec.selector?.matchLabels?.[controllerUidLabel];
  if (spec.selector && own !== uid && own !== undefined) {
    const text = "`selector` not auto-generated";
    errors.push(invalid(path.child("selector"), spec.selector, text));
  }
  return errors;
}

/** Of a job or of a template for jobs. */
export function validateJobSpec(spec: batchv1.JobSpec, at: FieldPath): FieldError[] {
  const errors = counts.flatMap((key) => nonNegative(spec[key], at.child(key)));
  errors.push(...validateLabelSelector(spec.selector, at.child("selector")));
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined)
    errors.push(required(at.child("backoffLimitPerIndex"), "when maxFailedIndexes is specified"));
  errors.push(...validateMode(spec, at));
  if (spec.podFailurePolicy) errors.push(...validateFailurePolicy(spec, at));
  if (spec.successPolicy) errors.push(...validateSuccessPolicy(spec, at));
  const replacement = spec.podReplacementPolicy;
  if (replacement !== undefined && replacement !== "Failed" && replacement !== "TerminatingOrFailed")
    errors.push(notSupported(at.child("podReplacementPolicy"), replacement, ["Failed", "TerminatingOrFailed"]));
  errors.push(...validatePodTemplate(spec.template, at.child("template")));
  return [...errors, ...validateRestartPolicy(spec.template.spec, at.child("template", "spec", "restartPolicy"))];
}

function validateMode(spec: batchv1.JobSpec, at: FieldPath): FieldError[] {
  const mode = spec.completionMode;
  if (mode === undefined) return [];
  if (!completionModes.includes(mode))
    return [notSupported(at.child("completionMode"), mode, ["NonIndexed", "Indexed"])];
  const errors: FieldError[] = [];
  if (mode === "Indexed") {
    if (spec.completions === undefined)
      errors.push(required(at.child("completions"), `when completion mode is ${mode}`));
    if ((spec.parallelism ?? 0) > 100_000)
      errors.push(
        invalid(
          at.child("parallelism"),
          spec.parallelism,
          `must be less than or equal to 100000 when completion mode is ${mode}`,
        ),
      );
  } else {
    if (spec.backoffLimitPerIndex !== undefined)
      errors.push(
        invalid(at.child("backoffLimitPerIndex"), spec.backoffLimitPerIndex, "requires indexed completion mode"),
      );
    if (spec.maxFailedIndexes !== undefined)
      errors.push(invalid(at.child("maxFailedIndexes"), spec.maxFailedIndexes, "requires indexed completion mode"));
  }
  return errors;
}

function validateRestartPolicy(spec: corev1.PodSpec | undefined, at: FieldPath): FieldError[] {
  const policy = spec?.restartPolicy;
  if (policy === "OnFailure" || policy === "Never") return [];
  if (!policy || policy === "Always") return [required(at, 'valid values: "OnFailure", "Never"')];
  return [notSupported(at, policy, ["OnFailure", "Never"])];
}

export function validateJobUpdate(object: batchv1.Job, old: batchv1.Job, context: RequestContext): FieldError[] {
  if (context.subresource === "status") return validateStatus(object, old);
  const { spec } = object;
  const errors = validateJobSpec(spec, path);
  if (spec.completions !== old.spec.completions && !isElastic(spec))
    errors.push(...immutableField(spec.completions, old.spec.completions, path.child("completions")));
  errors.push(...immutableField(spec.selector, old.spec.selector, path.child("selector")));
  errors.push(...validateTemplateUpdate(object, old));
  for (const key of [
    "completionMode",
    "podFailurePolicy",
    "backoffLimitPerIndex",
    "managedBy",
    "successPolicy",
  ] as const)
    errors.push(...immutableField(spec[key], old.spec[key], path.child(key)));
  return errors;
}

/** An indexed job may be scaled as a whole. */
function isElastic(spec: batchv1.JobSpec): boolean {
  return spec.completionMode === "Indexed" && spec.completions === spec.parallelism;
}

/** The template of a job that has not started may still be steered. */
function validateTemplateUpdate({ spec }: batchv1.Job, old: batchv1.Job): FieldError[] {
  const waiting = old.spec.suspend === true && !old.status?.startTime;
  const same = waiting
    ? sameJson(steered(spec.template), steered(old.spec.template))
    : sameJson(spec.template, old.spec.template);
  return same ? [] : [invalid(path.child("template"), spec.template, "field is immutable")];
}

function steered({ metadata, spec }: corev1.PodTemplateSpec): unknown {
  const { labels: _labels, annotations: _annotations, ...rest } = metadata ?? {};
  const {
    nodeSelector: _selector,
    affinity: _affinity,
    tolerations: _tolerations,
    schedulingGates: _gates,
    ...fixed
  } = spec ?? ({} as corev1.PodSpec);
  const amounts = (list: corev1.Container[] | undefined) =>
    list?.map(({ resources: _resources, ...container }) => container);
  return {
    ...rest,
    spec: { ...fixed, containers: amounts(fixed.containers), initContainers: amounts(fixed.initContainers) },
  };
}

function validateStatus({ status }: batchv1.Job, old: batchv1.Job): FieldError[] {
  const at = field("status");
  const errors = (["active", "succeeded", "failed", "ready", "terminating"] as const).flatMap((key) =>
    nonNegative(status?.[key], at.child(key)),
  );
  const has = (job: batchv1.JobStatus | undefined, type: string) =>
    job?.conditions?.some((c) => c.type === type && c.status === "True") ?? false;
  for (const type of ["Complete", "Failed"])
    if (has(old.status, type) && !has(status, type))
      errors.push(
        invalid(
          at.child("conditions"),
          status?.conditions,
          `cannot disable the terminal condition, type: ${JSON.stringify(type)}`,
        ),
      );
  if (has(status, "Complete") && has(status, "Failed"))
    errors.push(forbidden(at.child("conditions"), "cannot set both Complete and Failed conditions to true"));
  return errors;
}
