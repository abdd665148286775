/** Which nodes and neighbours a pod wants. */
import {
  type corev1,
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  labelValueProblems,
  qualifiedNameProblems,
} from "../../../api/mod.ts";
import { type FieldError, forbidden, invalid, required } from "../../validation/field-error.ts";
import { eachItem, type FieldPath } from "../../validation/field-path.ts";
import { textErrors, validateLabelSelector } from "../../validation/rules.ts";

export function validateAffinity(
  { nodeAffinity, podAffinity, podAntiAffinity }: corev1.Affinity,
  path: FieldPath,
  errors: FieldError[],
): void {
  if (nodeAffinity) validateNodeAffinity(nodeAffinity, path.child("nodeAffinity"), errors);
  if (podAffinity) validatePodAffinity(podAffinity, path.child("podAffinity"), errors);
  if (podAntiAffinity) validatePodAffinity(podAntiAffinity, path.child("podAntiAffinity"), errors);
}

const hard = "requiredDuringSchedulingIgnoredDuringExecution";
const soft = "preferredDuringSchedulingIgnoredDuringExecution";

function validateWeight(weight: number, path: FieldPath, errors: FieldError[]): void {
  if (!(weight >= 1 && weight <= 100)) errors.push(invalid(path, weight ?? 0, "must be in the range 1-100"));
}

function validateNodeAffinity(affinity: corev1.NodeAffinity, path: FieldPath, errors: FieldError[]): void {
  if (affinity[hard]) validateNodeSelector(affinity[hard], path.child(hard), errors);
  eachItem(affinity[soft], path.child(soft), ({ weight, preference }, at) => {
    validateWeight(weight, at.child("weight"), errors);
    validateNodeSelectorTerm(preference, at.child("preference"), errors, true);
  });
}

export function validateNodeSelector(
  { nodeSelectorTerms }: corev1.NodeSelector,
  path: FieldPath,
  errors: FieldError[] = [],
): FieldError[] {
  const terms = path.child("nodeSelectorTerms");
  if (!nodeSelectorTerms?.length) errors.push(required(terms, "must have at least one node selector term"));
  eachItem(nodeSelectorTerms, terms, (term, at) => validateNodeSelectorTerm(term, at, errors));
  return errors;
}

/** `soft`: a value that no label can have is only worth a warning. */
function validateNodeSelectorTerm(
  { matchExpressions, matchFields }: corev1.NodeSelectorTerm,
  path: FieldPath,
  errors: FieldError[],
  soft = false,
): void {
  eachItem(matchExpressions, path.child("matchExpressions"), (requirement, at) => {
    validateRequirement(requirement, at, errors);
    if (!soft)
      eachItem(requirement.values, at.child("values"), (value, place) =>
        textErrors(value, labelValueProblems, place, errors),
      );
  });
  eachItem(matchFields, path.child("matchFields"), (requirement, at) =>
    validateFieldRequirement(requirement, at, errors),
  );
}

function validateRequirement(
  { key, operator, values }: corev1.NodeSelectorRequirement,
  path: FieldPath,
  errors: FieldError[],
): void {
  const at = path.child("values");
  switch (operator) {
    case "In":
    case "NotIn":
      if (!values?.length) errors.push(required(at, "must be specified when `operator` is 'In' or 'NotIn'"));
      break;
    case "Exists":
    case "DoesNotExist":
      if (values?.length)
        errors.push(forbidden(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
      break;
    case "Gt":
    case "Lt":
      if (values?.length !== 1)
        errors.push(required(at, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
      break;
    default:
      errors.push(invalid(path.child("operator"), operator, "not a valid selector operator"));
  }
  textErrors(key, qualifiedNameProblems, path.child("key"), errors);
}

function validateFieldRequirement(
  { key, operator, values }: corev1.NodeSelectorRequirement,
  path: FieldPath,
  errors: FieldError[],
): void {
  if (operator === "In" || operator === "NotIn") {
    if (values?.length !== 1) {
      const text = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
      errors.push(required(path.child("values"), text));
    }
  } else errors.push(invalid(path.child("operator"), operator, "not a valid selector operator"));
  if (key !== "metadata.name") errors.push(invalid(path.child("key"), key, "not a valid field selector key"));
  else eachItem(values, path.child("values"), (value, at) => textErrors(value, dns1123SubdomainProblems, at, errors));
}

function validatePodAffinity(
  affinity: corev1.PodAffinity | corev1.PodAntiAffinity,
  path: FieldPath,
  errors: FieldError[],
): void {
  eachItem(affinity[hard], path.child(hard), (term, at) => validateAffinityTerm(term, at, errors));
  eachItem(affinity[soft], path.child(soft), ({ weight, podAffinityTerm }, at) => {
    validateWeight(weight, at.child("weight"), errors);
    validateAffinityTerm(podAffinityTerm, at.child("podAffinityTerm"), errors);
  });
}

function validateAffinityTerm(term: corev1.PodAffinityTerm, path: FieldPath, errors: FieldError[]): void {
  validateLabelSelector(term.labelSelector, path.child("labelSelector"), errors);
  const { matchLabelKeys = [], topologyKey } = term;
  const keys = path.child("matchLabelKeys");
  if (matchLabelKeys.length > 0 && !term.labelSelector)
    errors.push(forbidden(keys, "must not be specified when labelSelector is not set"));
  else eachItem(matchLabelKeys, keys, (key, at) => textErrors(key, qualifiedNameProblems, at, errors));
  const mismatching = new Set(term.mismatchLabelKeys);
  eachItem(matchLabelKeys, keys, (key, at) => {
    if (mismatching.has(key)) errors.push(invalid(at, key, "exists in both matchLabelKeys and mismatchLabelKeys"));
  });
  validateLabelSelector(term.namespaceSelector, path.child("namespaceSelector"), errors);
  for (const name of term.namespaces ?? []) textErrors(name, dns1123LabelProblems, path.child("namespace"), errors);
  const at = path.child("topologyKey");
  if (!topologyKey) errors.push(required(at, "can not be empty"));
  textErrors(topologyKey ?? "", qualifiedNameProblems, at, errors);
}
