/** Rules that the workloads share: a selector that selects the pods of the template. */
import { type corev1, givenEmpty, type metav1, sortKeys } from "../../../api/mod.ts";
import { type FieldError, forbidden, invalid, required } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { isEmptySelector, isSoundSelector, selects, validateLabelSelector } from "../../validation/rules.ts";
import { onlyAlways, validatePodTemplate } from "../core/pod-template-validation.ts";

export interface SelectedTemplate {
  readonly selector: metav1.LabelSelector | undefined;
  readonly template: corev1.PodTemplateSpec | undefined;
  /** Of the kind, as messages spell it: `deployment`. */
  readonly word: string;
  /** As the message about deadlines spells it: `ReplicaSet`. */
  readonly deadlineWord: string;
}

export function validateSelector({ selector, word }: SelectedTemplate, path: FieldPath): FieldError[] {
  if (!selector) return [required(path)];
  const errors = validateLabelSelector(selector, path);
  if (isEmptySelector(selector)) errors.push(invalid(path, selector, `empty selector is invalid for ${word}`));
  else if (!isSoundSelector(selector))
    errors.push(invalid(path, selector, word === "statefulset" ? "" : "invalid label selector"));
  return errors;
}

/** The labels of a template that its selector does not select. */
export function mismatch(template: corev1.PodTemplateSpec | undefined, path: FieldPath): FieldError {
  const { metadata } = template ?? {};
  const labels = sortKeys(metadata?.labels ?? givenEmpty(metadata, "labels"));
  return invalid(path.child("metadata", "labels"), labels, "`selector` does not match template `labels`");
}

export function validateTemplate(of: SelectedTemplate, path: FieldPath): FieldError[] {
  if (!isSoundSelector(of.selector)) return [];
  const errors: FieldError[] = [];
  const labels = of.template?.metadata?.labels;
  const matches = of.selector !== undefined && selects(of.selector, labels);
  if (!matches && !(of.selector && isEmptySelector(of.selector))) errors.push(mismatch(of.template, path));
  errors.push(...validatePodTemplate(of.template, path), ...onlyAlways(of.template, path));
  if (of.template?.spec?.activeDeadlineSeconds !== undefined)
    errors.push(
      forbidden(
        path.child("spec", "activeDeadlineSeconds"),
        `activeDeadlineSeconds in ${of.deadlineWord} is not Supported`,
      ),
    );
  return errors;
}
