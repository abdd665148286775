import { batchv1, corev1, dns1123LabelProblems, isConditionTrue, metav1 } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { type FieldError, invalid, notSupported, required, tooLong } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import {
  immutableField,
  nonNegative,
  presentWord,
  sameJson,
  selects,
  validateLabelSelector,
} from "../../validation/rules.ts";
import { mismatch } from "../apps/workload-validation.ts";
import { validatePodTemplate } from "../core/pod-template-validation.ts";
import { validateFailurePolicy, validateSuccessPolicy } from "./job-policy-validation.ts";
import {
  controllerUidLabel,
  generatedLabels,
  jobNameLabel,
  legacyControllerUidLabel,
  legacyJobNameLabel,
} from "./job-selector.ts";
import { validateJobStatus } from "./job-status-validation.ts";

const path = field("spec");
const longestManager = 63;
const completionModes: readonly string[] = batchv1.completionMode.enum;
const counts = [
  "parallelism",
  "completions",
  "activeDeadlineSeconds",
  "backoffLimit",
  "ttlSecondsAfterFinished",
  "backoffLimitPerIndex",
  "maxFailedIndexes",
] as const;

export function validateJob(job: batchv1.Job): FieldError[] {
  const { metadata, spec } = job;
  const errors = [...validateGeneratedSelector(job), ...validateSelectedSpec(spec)];
  const last = `${metadata.name}-${(spec.completions ?? 0) - 1}`;
  if (spec.completionMode === "Indexed" && (spec.completions ?? 0) > 0 && dns1123LabelProblems(last).length > 0) {
    const text = `will not able to create pod with invalid DNS label: ${last}`;
    errors.push(invalid(field("metadata", "name"), metadata.name, text));
  }
  return errors;
}

function validateSelectedSpec(spec: batchv1.JobSpec): FieldError[] {
  const errors = validateJobSpec(spec, path);
  if (spec.selector) validateLabelSelector(spec.selector, path.child("selector"), errors);
  else errors.push(required(path.child("selector")));
  const labels = spec.template.metadata?.labels;
  if (!spec.selector || !selects(spec.selector, labels)) errors.push(mismatch(spec.template, path.child("template")));
  return errors;
}

/** A selector that the server made selects this job's pods only; a manual one is its user's affair. */
function validateGeneratedSelector({ metadata, spec }: batchv1.Job): FieldError[] {
  if (spec.manualSelector) return [];
  const labels = spec.template.metadata?.labels;
  const at = path.child("template", "metadata", "labels");
  const own = generatedLabels(metadata);
  if (!spec.selector) return [];
  const errors = [legacyControllerUidLabel, legacyJobNameLabel, controllerUidLabel, jobNameLabel].flatMap((key) => {
    if (labels?.[key] === undefined) return [required(at.key(key), `must be '${own[key]}'`)];
    return labels[key] === own[key] ? [] : [invalid(at.key(key), sortedKeys(labels), `must be '${own[key]}'`)];
  });
  const generated = { matchLabels: { [controllerUidLabel]: metadata.uid } };
  if (spec.selector && !sameJson(spec.selector, generated))
    errors.push(invalid(path.child("selector"), spec.selector, "`selector` not auto-generated"));
  return errors;
}

function sortedKeys(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Of a job or of a template for jobs. */
export function validateJobSpec(spec: batchv1.JobSpec, at: FieldPath): FieldError[] {
  const errors = counts.flatMap((key) => nonNegative(spec[key], at.child(key)));
  if (spec.managedBy !== undefined && !/^[^/]+\/.+/.test(spec.managedBy)) {
    const text = 'must be a domain-prefixed path (such as "acme.io/foo")';
    errors.push(invalid(at.child("managedBy"), spec.managedBy, text));
  }
  if (Buffer.byteLength(spec.managedBy ?? "") > longestManager)
    errors.push(tooLong(at.child("managedBy"), longestManager));
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined)
    errors.push(required(at.child("backoffLimitPerIndex"), "when maxFailedIndexes is specified"));
  errors.push(...validateMode(spec, at));
  if (spec.podFailurePolicy) errors.push(...validateFailurePolicy(spec, at));
  if (spec.successPolicy) errors.push(...validateSuccessPolicy(spec, at));
  const replacement = spec.podReplacementPolicy;
  const replacements = spec.podFailurePolicy ? ["Failed"] : batchv1.podReplacementPolicy.enum;
  presentWord(replacement, replacements, at.child("podReplacementPolicy"), errors);
  errors.push(...validatePodTemplate(spec.template, at.child("template")));
  return [...errors, ...validateRestartPolicy(spec, at.child("template", "spec", "restartPolicy"))];
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
    if (
      spec.maxFailedIndexes !== undefined &&
      spec.completions !== undefined &&
      spec.maxFailedIndexes > spec.completions
    )
      errors.push(
        invalid(at.child("maxFailedIndexes"), spec.maxFailedIndexes, "must be less than or equal to completions"),
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

function validateRestartPolicy({ podFailurePolicy, template }: batchv1.JobSpec, at: FieldPath): FieldError[] {
  const policy = template.spec?.restartPolicy;
  if (!policy || policy === "Always") return [required(at, 'valid values: "OnFailure", "Never"')];
  if (policy !== "OnFailure" && policy !== "Never") return [notSupported(at, policy, ["OnFailure", "Never"])];
  if (!podFailurePolicy || policy === "Never") return [];
  return [invalid(at, policy, 'only "Never" is supported when podFailurePolicy is specified')];
}

export function validateJobUpdate(object: batchv1.Job, old: batchv1.Job, context: RequestContext): FieldError[] {
  if (context.subresource === "status") return validateJobStatus(object, old);
  const { spec } = object;
  // Upstream looks twice, and says so.
  const errors = [...validateGeneratedSelector(object), ...validateSelectedSpec(spec), ...validateSelectedSpec(spec)];
  if (spec.completions !== old.spec.completions && !isElastic(spec))
    errors.push(
      spec.completionMode === "Indexed" && spec.completions !== undefined
        ? invalid(path.child("completions"), spec.completions, "can only be modified in tandem with spec.parallelism")
        : invalid(path.child("completions"), spec.completions, "field is immutable"),
    );
  errors.push(...immutableField(spec.selector, old.spec.selector, path.child("selector"), metav1.labelSelector));
  errors.push(...validateTemplateUpdate(object, old));
  for (const key of [
    "completionMode",
    "podFailurePolicy",
    "backoffLimitPerIndex",
    "managedBy",
    "successPolicy",
  ] as const)
    if (!sameJson(spec[key], old.spec[key]))
      errors.push(invalid(path.child(key), printed(key, spec[key]), "field is immutable"));
  return errors;
}

/** Structures are printed as upstream has them inside. */
function printed(key: keyof batchv1.JobSpec, value: unknown): unknown {
  if (key === "podFailurePolicy") return internalForm(batchv1.podFailurePolicy, value);
  return key === "successPolicy" ? internalForm(batchv1.successPolicy, value) : value;
}

/** An indexed job may be scaled as a whole. */
function isElastic(spec: batchv1.JobSpec): boolean {
  return spec.completionMode === "Indexed" && spec.completions === spec.parallelism;
}

/** Suspended, without a pod, and not started or stopped again: where its next pods go may still be said. */
function isWaiting({ spec, status }: batchv1.Job): boolean {
  if (!spec.suspend || status?.active) return false;
  return !status?.startTime || isConditionTrue(status.conditions, "Suspended");
}

/** The template of a job that waits may still be steered. */
function validateTemplateUpdate({ spec }: batchv1.Job, old: batchv1.Job): FieldError[] {
  const waiting = isWaiting(old);
  const same = waiting
    ? sameJson(steered(spec.template), steered(old.spec.template))
    : sameJson(spec.template, old.spec.template);
  if (same) return [];
  const at = path.child("template");
  if (waiting)
    return [invalid(at.child("spec"), internalForm(corev1.podSpec, spec.template.spec), "field is immutable")];
  return [invalid(at, internalForm(corev1.podTemplateSpec, spec.template), "field is immutable")];
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
