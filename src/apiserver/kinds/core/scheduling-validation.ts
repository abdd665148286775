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
import type { FieldPath } from "../../validation/field-path.ts";
import { positive, textErrors, validateLabelSelector } from "../../validation/rules.ts";

const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/** `first` is the place of the first one in the list they are from. */
export function validateTolerations(
  tolerations: readonly corev1.Toleration[],
  path: FieldPath,
  first = 0,
): FieldError[] {
  return tolerations.flatMap((toleration, position) => validateToleration(toleration, path.index(first + position)));
}

function validateToleration(toleration: corev1.Toleration, path: FieldPath): FieldError[] {
  const { key, operator, value, effect, tolerationSeconds } = toleration;
  const errors = key ? textErrors(key, qualifiedNameProblems, path.child("key")) : [];
  if (!key && operator !== "Exists") {
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
  if (effect) errors.push(...validateTaintEffect(effect, path.child("effect")));
  return errors;
}

/** The comparing ones are known, but not enabled. */
function knownOperators(operator: string): string[] {
  return ["Equal", "Exists", ...(operator === "Lt" || operator === "Gt" ? ["Lt", "Gt"] : [])];
}

export function validateTaintEffect(effect: string | undefined, path: FieldPath): FieldError[] {
  if (!effect) return [required(path)];
  return effects.includes(effect) ? [] : [notSupported(path, effect, effects)];
}

export function validateSpreading(
  constraints: readonly corev1.TopologySpreadConstraint[],
  path: FieldPath,
): FieldError[] {
  const pairs = constraints.map(({ topologyKey, whenUnsatisfiable }) => `{${topologyKey}, ${whenUnsatisfiable}}`);
  const lastOf = new Map(pairs.map((pair, position) => [pair, position]));
  return constraints.flatMap((constraint, position) => {
    const at = path.index(position);
    const { maxSkew, topologyKey, whenUnsatisfiable, minDomains } = constraint;
    const errors = positive(maxSkew, at.child("maxSkew"));
    if (!topologyKey) errors.push(required(at.child("topologyKey"), "can not be empty"));
    errors.push(
      ...supported(whenUnsatisfiable, corev1.unsatisfiableConstraintAction.enum, at.child("whenUnsatisfiable")),
    );
    const pair = pairs[position]!;
    if (lastOf.get(pair)! > position) errors.push(duplicate(at.child("{topologyKey, whenUnsatisfiable}"), pair));
    errors.push(...positive(minDomains, at.child("minDomains")));
    if (minDomains !== undefined && whenUnsatisfiable !== "DoNotSchedule") {
      const text = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
      errors.push(invalid(at.child("minDomains"), minDomains, text));
    }
    for (const key of ["nodeAffinityPolicy", "nodeTaintsPolicy"] as const)
      if (constraint[key] !== undefined)
        errors.push(...supported(constraint[key], corev1.nodeInclusionPolicy.enum, at.child(key)));
    errors.push(...validateLabelSelector(constraint.labelSelector, at.child("labelSelector")));
    return [...errors, ...validateMatchLabelKeys(constraint, at)];
  });
}

interface Matching {
  readonly matchLabelKeys?: readonly string[];
  readonly labelSelector?: metav1.LabelSelector;
}

/** KEP-3243: labels of the pod itself that a term's selector goes by too. */
function validateMatchLabelKeys({ matchLabelKeys, labelSelector }: Matching, path: FieldPath): FieldError[] {
  const at = path.child("matchLabelKeys");
  if (!matchLabelKeys?.length) return [];
  if (!labelSelector) return [forbidden(at, "must not be specified when labelSelector is not set")];
  return matchLabelKeys.flatMap((key, position) => textErrors(key, qualifiedNameProblems, at.index(position)));
}

function supported(value: string | undefined, words: readonly string[], path: FieldPath): FieldError[] {
  return words.includes(value ?? "") ? [] : [notSupported(path, value ?? "", words)];
}

export function validateGates({ schedulingGates, nodeName }: corev1.PodSpec, path: FieldPath): FieldError[] {
  const gates = schedulingGates ?? [];
  const seen = new Set<string>();
  const text = "cannot be set until all schedulingGates have been cleared";
  const early = gates.length > 0 && nodeName ? [forbidden(path.child("nodeName"), text)] : [];
  return [
    ...early,
    ...gates.flatMap(({ name }, position) => {
      const at = path.child("schedulingGates").index(position);
      const errors = textErrors(name, qualifiedNameProblems, at);
      if (seen.has(name)) errors.push(duplicate(at, name));
      seen.add(name);
      return errors;
    }),
  ];
}
