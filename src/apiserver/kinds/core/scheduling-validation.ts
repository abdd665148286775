/** Tolerations, spreading, gates: what else steers the scheduler. */
import { corev1, labelValueProblems, type metav1, qualifiedNameProblems } from "../../../api/mod.ts";
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from "../../validation/field-error.ts";
import { eachItem, type FieldPath } from "../../validation/field-path.ts";
import { oneOf, positive, presentWord, textErrors, validateLabelSelector } from "../../validation/rules.ts";
import { Seen } from "../../validation/seen.ts";

const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

export function validateTolerations(
  tolerations: readonly corev1.Toleration[],
  path: FieldPath,
  errors: FieldError[] = [],
): FieldError[] {
  eachItem(tolerations, path, (toleration, at) => validateToleration(toleration, at, errors));
  return errors;
}

export function validateToleration(toleration: corev1.Toleration, path: FieldPath, errors: FieldError[]): void {
  const { key, operator, value, effect, tolerationSeconds } = toleration;
  if (key) textErrors(key, qualifiedNameProblems, path.child("key"), errors);
  else if (operator !== "Exists") {
    const text = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.push(invalid(path.child("operator"), operator ?? "", text));
  }
  if (tolerationSeconds !== undefined && effect !== "NoExecute")
    errors.push(
      invalid(path.child("effect"), effect ?? "", "effect must be 'NoExecute' when `tolerationSeconds` is set"),
    );
  if (operator === undefined || operator === "Equal") {
    const problems = labelValueProblems(value ?? "");
    if (problems.length > 0) errors.push(invalid(path.child("operator"), value, problems.join(";")));
  } else if (operator === "Exists") {
    if (value) errors.push(invalid(path.child("operator"), value, "value must be empty when `operator` is 'Exists'"));
  } else errors.push(notSupported(path.child("operator"), operator, knownOperators(operator)));
  if (effect) validateTaintEffect(effect, path.child("effect"), errors);
}

/** The comparing ones are known, but not enabled. */
function knownOperators(operator: string): string[] {
  return ["Equal", "Exists", ...(operator === "Lt" || operator === "Gt" ? ["Lt", "Gt"] : [])];
}

/** The same text for tolerations of the same taints, for however long. */
export function tolerationText({ key, operator, value, effect }: corev1.Toleration): string {
  return JSON.stringify([key, operator, value, effect]);
}

export function validateTaintEffect(
  effect: string | undefined,
  path: FieldPath,
  errors: FieldError[] = [],
): FieldError[] {
  return oneOf(effect, effects, path, errors);
}

export function validateSpreading(
  constraints: readonly corev1.TopologySpreadConstraint[],
  path: FieldPath,
  errors: FieldError[],
): void {
  const pairs = constraints.map(({ topologyKey, whenUnsatisfiable }) => `{${topologyKey}, ${whenUnsatisfiable}}`);
  const lastOf = new Map(pairs.map((pair, position) => [pair, position]));
  eachItem(constraints, path, (constraint, at, position) => {
    const { maxSkew, topologyKey, whenUnsatisfiable, minDomains } = constraint;
    positive(maxSkew, at.child("maxSkew"), errors);
    if (!topologyKey) errors.push(required(at.child("topologyKey"), "can not be empty"));
    const actions = corev1.unsatisfiableConstraintAction.enum;
    presentWord(whenUnsatisfiable ?? "", actions, at.child("whenUnsatisfiable"), errors);
    const pair = pairs[position]!;
    if (lastOf.get(pair)! > position) errors.push(duplicate(at.child("{topologyKey, whenUnsatisfiable}"), pair));
    positive(minDomains, at.child("minDomains"), errors);
    if (minDomains !== undefined && whenUnsatisfiable !== "DoNotSchedule") {
      const text = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
      errors.push(invalid(at.child("minDomains"), minDomains, text));
    }
    for (const key of ["nodeAffinityPolicy", "nodeTaintsPolicy"] as const)
      presentWord(constraint[key], corev1.nodeInclusionPolicy.enum, at.child(key), errors);
    validateLabelSelector(constraint.labelSelector, at.child("labelSelector"), errors);
    validateMatchLabelKeys(constraint, at.child("matchLabelKeys"), errors);
  });
}

interface Matching {
  readonly matchLabelKeys?: readonly string[];
  readonly labelSelector?: metav1.LabelSelector;
}

/** KEP-3243: labels of the pod itself that a term's selector goes by too. */
function validateMatchLabelKeys(
  { matchLabelKeys, labelSelector }: Matching,
  at: FieldPath,
  errors: FieldError[],
): void {
  if (!matchLabelKeys?.length) return;
  if (!labelSelector) errors.push(forbidden(at, "must not be specified when labelSelector is not set"));
  else eachItem(matchLabelKeys, at, (key, place) => textErrors(key, qualifiedNameProblems, place, errors));
}

export function validateGates(
  { schedulingGates, nodeName }: corev1.PodSpec,
  path: FieldPath,
  errors: FieldError[],
): void {
  if (schedulingGates?.length && nodeName)
    errors.push(forbidden(path.child("nodeName"), "cannot be set until all schedulingGates have been cleared"));
  const seen = new Seen<string>();
  eachItem(schedulingGates, path.child("schedulingGates"), ({ name }, at) => {
    textErrors(name, qualifiedNameProblems, at, errors);
    if (seen.again(name)) errors.push(duplicate(at, name));
  });
}
