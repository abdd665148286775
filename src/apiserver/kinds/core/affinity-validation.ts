/** Which nodes and neighbours a pod wants. */
import {
  type corev1,
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  labelValueProblems,
  qualifiedNameProblems,
} from "../../../api/mod.ts";
import { type FieldError, forbidden, invalid, required } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { textErrors, validateLabelSelector } from "../../validation/rules.ts";

const weightText = "must be in the range 1-100";

export function validateAffinity(affinity: corev1.Affinity | undefined, path: FieldPath): FieldError[] {
  if (!affinity) return [];
  const errors = affinity.nodeAffinity ? validateNodeAffinity(affinity.nodeAffinity, path.child("nodeAffinity")) : [];
  for (const key of ["podAffinity", "podAntiAffinity"] as const)
    if (affinity[key]) errors.push(...validatePodAffinity(affinity[key], path.child(key)));
  return errors;
}

function validateNodeAffinity(affinity: corev1.NodeAffinity, path: FieldPath): FieldError[] {
  const {
    requiredDuringSchedulingIgnoredDuringExecution: hard,
    preferredDuringSchedulingIgnoredDuringExecution: soft,
  } = affinity;
  const errors: FieldError[] = [];
  if (hard) errors.push(...validateNodeSelector(hard, path.child("requiredDuringSchedulingIgnoredDuringExecution")));
  for (const [position, term] of (soft ?? []).entries()) {
    const at = path.child("preferredDuringSchedulingIgnoredDuringExecution").index(position);
    if (!(term.weight >= 1 && term.weight <= 100))
      errors.push(invalid(at.child("weight"), term.weight ?? 0, weightText));
    errors.push(...validateNodeSelectorTerm(term.preference, at.child("preference"), true));
  }
  return errors;
}

export function validateNodeSelector(selector: corev1.NodeSelector, path: FieldPath): FieldError[] {
  const at = path.child("nodeSelectorTerms");
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) return [required(at, "must have at least one node selector term")];
  return terms.flatMap((term, position) => validateNodeSelectorTerm(term, at.index(position)));
}

/** `soft`: a value that no label can have is only worth a warning. */
function validateNodeSelectorTerm(term: corev1.NodeSelectorTerm, path: FieldPath, soft = false): FieldError[] {
  const expressions = (term.matchExpressions ?? []).flatMap((requirement, position) => {
    const at = path.child("matchExpressions").index(position);
    const values = soft ? [] : (requirement.values ?? []);
    const bad = values.flatMap((value, index) =>
      textErrors(value, labelValueProblems, at.child("values").index(index)),
    );
    return [...validateRequirement(requirement, at), ...bad];
  });
  const fields = (term.matchFields ?? []).flatMap((requirement, position) =>
    validateFieldRequirement(requirement, path.child("matchFields").index(position)),
  );
  return [...expressions, ...fields];
}

function validateRequirement({ key, operator, values }: corev1.NodeSelectorRequirement, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
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
  return [...errors, ...textErrors(key, qualifiedNameProblems, path.child("key"))];
}

function validateFieldRequirement(
  { key, operator, values }: corev1.NodeSelectorRequirement,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  if (operator === "In" || operator === "NotIn") {
    if (values?.length !== 1) {
      const text = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
      errors.push(required(path.child("values"), text));
    }
  } else errors.push(invalid(path.child("operator"), operator, "not a valid selector operator"));
  if (key !== "metadata.name") return [...errors, invalid(path.child("key"), key, "not a valid field selector key")];
  return [
    ...errors,
    ...(values ?? []).flatMap((value, position) =>
      textErrors(value, dns1123SubdomainProblems, path.child("values").index(position)),
    ),
  ];
}

function validatePodAffinity(affinity: corev1.PodAffinity | corev1.PodAntiAffinity, path: FieldPath): FieldError[] {
  const {
    requiredDuringSchedulingIgnoredDuringExecution: hard,
    preferredDuringSchedulingIgnoredDuringExecution: soft,
  } = affinity;
  const errors = (hard ?? []).flatMap((term, position) =>
    validateAffinityTerm(term, path.child("requiredDuringSchedulingIgnoredDuringExecution").index(position)),
  );
  for (const [position, { weight, podAffinityTerm }] of (soft ?? []).entries()) {
    const at = path.child("preferredDuringSchedulingIgnoredDuringExecution").index(position);
    if (!(weight >= 1 && weight <= 100)) errors.push(invalid(at.child("weight"), weight ?? 0, weightText));
    errors.push(...validateAffinityTerm(podAffinityTerm, at.child("podAffinityTerm")));
  }
  return errors;
}

function validateAffinityTerm(term: corev1.PodAffinityTerm, path: FieldPath): FieldError[] {
  const errors = validateLabelSelector(term.labelSelector, path.child("labelSelector"));
  const keys = term.matchLabelKeys ?? [];
  const at = path.child("matchLabelKeys");
  if (keys.length > 0 && !term.labelSelector)
    errors.push(forbidden(at, "must not be specified when labelSelector is not set"));
  else
    for (const [position, key] of keys.entries())
      errors.push(...textErrors(key, qualifiedNameProblems, at.index(position)));
  for (const [position, key] of keys.entries())
    if (term.mismatchLabelKeys?.includes(key))
      errors.push(invalid(at.index(position), key, "exists in both matchLabelKeys and mismatchLabelKeys"));
  errors.push(...validateLabelSelector(term.namespaceSelector, path.child("namespaceSelector")));
  for (const name of term.namespaces ?? [])
    errors.push(...textErrors(name, dns1123LabelProblems, path.child("namespace")));
  if (!term.topologyKey)
    return [
      ...errors,
      required(path.child("topologyKey"), "can not be empty"),
      ...textErrors("", qualifiedNameProblems, path.child("topologyKey")),
    ];
  return [...errors, ...textErrors(term.topologyKey, qualifiedNameProblems, path.child("topologyKey"))];
}
