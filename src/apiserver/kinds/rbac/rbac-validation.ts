import { dns1123SubdomainProblems, type metav1, pathSegmentProblems, type rbacv1 } from "../../../api/mod.ts";
import { type FieldError, invalid, notSupported, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import type { NameRule } from "../../validation/name-rules.ts";
import { isSoundSelector, sameJson, validateLabelSelector } from "../../validation/rules.ts";

const group = "rbac.authorization.k8s.io";

/** Names of roles and bindings may hold colons and capitals; they only have to fit in a path. */
export const pathSegmentName: NameRule = (name) => pathSegmentProblems(name);

export function validateRole({ rules }: rbacv1.Role): FieldError[] {
  return (rules ?? []).flatMap((rule, position) => validateRule(rule, true, field("rules").index(position)));
}

export function validateClusterRole({ rules, aggregationRule }: rbacv1.ClusterRole): FieldError[] {
  const errors = (rules ?? []).flatMap((rule, position) => validateRule(rule, false, field("rules").index(position)));
  if (!aggregationRule) return errors;
  const at = field("aggregationRule", "clusterRoleSelectors");
  const selectors = aggregationRule.clusterRoleSelectors ?? [];
  if (selectors.length === 0)
    return [...errors, required(at, "at least one clusterRoleSelector required if aggregationRule is non-nil")];
  return [...errors, ...selectors.flatMap((selector, position) => validateAggregated(selector, at.index(position)))];
}

function validateAggregated(selector: metav1.LabelSelector, at: FieldPath): FieldError[] {
  const errors = validateLabelSelector(selector, at);
  return isSoundSelector(selector) ? errors : [...errors, invalid(at, undefined, "invalid label selector.")];
}

function validateRule(rule: rbacv1.PolicyRule, namespaced: boolean, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (!rule.verbs?.length) errors.push(required(path.child("verbs"), "verbs must contain at least one value"));
  if (rule.nonResourceURLs?.length) {
    if (namespaced)
      errors.push(
        invalid(
          path.child("nonResourceURLs"),
          rule.nonResourceURLs,
          "namespaced rules cannot apply to non-resource URLs",
        ),
      );
    if (rule.apiGroups?.length || rule.resources?.length || rule.resourceNames?.length)
      errors.push(
        invalid(
          path.child("nonResourceURLs"),
          rule.nonResourceURLs,
          "rules cannot apply to both regular resources and non-resource URLs",
        ),
      );
    return errors;
  }
  if (!rule.apiGroups?.length)
    errors.push(required(path.child("apiGroups"), "resource rules must supply at least one api group"));
  if (!rule.resources?.length)
    errors.push(required(path.child("resources"), "resource rules must supply at least one resource"));
  return errors;
}

type Binding = rbacv1.RoleBinding | rbacv1.ClusterRoleBinding;

export function validateBinding(object: Binding): FieldError[] {
  const { roleRef, subjects } = object;
  const clusterWide = object.kind === "ClusterRoleBinding";
  const path = field("roleRef");
  const errors: FieldError[] = [];
  if (roleRef.apiGroup !== group) errors.push(notSupported(path.child("apiGroup"), roleRef.apiGroup ?? "", [group]));
  const kinds = clusterWide ? ["ClusterRole"] : ["Role", "ClusterRole"];
  if (!kinds.includes(roleRef.kind)) errors.push(notSupported(path.child("kind"), roleRef.kind ?? "", kinds));
  if (!roleRef.name) errors.push(required(path.child("name")));
  else
    for (const problem of pathSegmentProblems(roleRef.name))
      errors.push(invalid(path.child("name"), roleRef.name, problem));
  return [
    ...errors,
    ...(subjects ?? []).flatMap((subject, position) =>
      validateSubject(subject, !clusterWide, field("subjects").index(position)),
    ),
  ];
}

function validateSubject(subject: rbacv1.Subject, namespaced: boolean, path: FieldPath): FieldError[] {
  const errors: FieldError[] = subject.name ? [] : [required(path.child("name"))];
  const apiGroup = subject.apiGroup ?? "";
  switch (subject.kind) {
    case "ServiceAccount":
      for (const problem of subject.name ? dns1123SubdomainProblems(subject.name) : [])
        errors.push(invalid(path.child("name"), subject.name, problem));
      if (apiGroup !== "") errors.push(notSupported(path.child("apiGroup"), apiGroup, [""]));
      if (!namespaced && !subject.namespace) errors.push(required(path.child("namespace")));
      return errors;
    case "User":
    case "Group":
      if (apiGroup !== group) errors.push(notSupported(path.child("apiGroup"), apiGroup, [group]));
      return errors;
    default:
      return [...errors, notSupported(path.child("kind"), subject.kind ?? "", ["ServiceAccount", "User", "Group"])];
  }
}

export function validateBindingUpdate(object: Binding, old: Binding): FieldError[] {
  const errors = validateBinding(object);
  if (!sameJson(object.roleRef, old.roleRef))
    errors.push(invalid(field("roleRef"), roleText(object.roleRef), "cannot change roleRef"));
  return errors;
}

/** As upstream prints it: by the names it has inside. */
function roleText({ apiGroup, kind, name }: rbacv1.RoleRef): object {
  return { APIGroup: apiGroup, Kind: kind, Name: name };
}
