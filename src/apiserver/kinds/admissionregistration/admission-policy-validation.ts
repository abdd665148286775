import type { admissionregistrationv1 } from "../../../api/mod.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { validateLabelSelector } from "../../validation/rules.ts";
import { validateRule } from "./webhook-validation.ts";

const path = field("spec");

export function validateValidatingPolicy({ spec }: admissionregistrationv1.ValidatingAdmissionPolicy): FieldError[] {
  const errors = validateCommon(spec);
  if (!spec?.validations?.length && !spec?.auditAnnotations?.length) {
    const text = "validations or auditAnnotations must contain at least one item";
    return [...errors, required(path.child("validations"), text), required(path.child("auditAnnotations"), text)];
  }
  for (const [position, validation] of (spec.validations ?? []).entries())
    if (!validation.expression?.trim())
      errors.push(
        required(path.child("validations").index(position).child("expression"), "expression is not specified"),
      );
  return errors;
}

export function validateMutatingPolicy({ spec }: admissionregistrationv1.MutatingAdmissionPolicy): FieldError[] {
  const errors = validateCommon(spec);
  if (!spec?.mutations?.length)
    return [...errors, required(path.child("mutations"), "mutations must contain at least one item")];
  const { reinvocationPolicy } = spec;
  if (!reinvocationPolicy) errors.push(required(path.child("reinvocationPolicy")));
  else if (reinvocationPolicy !== "Never" && reinvocationPolicy !== "IfNeeded")
    errors.push(notSupported(path.child("reinvocationPolicy"), reinvocationPolicy, ["IfNeeded", "Never"]));
  return errors;
}

interface CommonSpec {
  readonly failurePolicy?: string;
  readonly paramKind?: admissionregistrationv1.ParamKind;
  readonly matchConstraints?: admissionregistrationv1.MatchResources;
  readonly matchConditions?: readonly admissionregistrationv1.MatchCondition[];
}

function validateCommon(spec: CommonSpec | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const policy = spec?.failurePolicy;
  if (policy === undefined) errors.push(required(path.child("failurePolicy")));
  else if (policy !== "Fail" && policy !== "Ignore")
    errors.push(notSupported(path.child("failurePolicy"), policy, ["Fail", "Ignore"]));
  if (spec?.paramKind)
    for (const key of ["apiVersion", "kind"] as const)
      if (!spec.paramKind[key]) errors.push(required(path.child("paramKind", key)));
  const at = path.child("matchConstraints");
  if (!spec?.matchConstraints) return [...errors, required(at)];
  if (!spec.matchConstraints.resourceRules?.length) errors.push(required(at.child("resourceRules")));
  return [...errors, ...validateMatch(spec.matchConstraints, at)];
}

function validateMatch(match: admissionregistrationv1.MatchResources, at: FieldPath): FieldError[] {
  const errors = validateLabelSelector(match.namespaceSelector, at.child("namespaceSelector"));
  errors.push(...validateLabelSelector(match.objectSelector, at.child("objectSelector")));
  for (const key of ["resourceRules", "excludeResourceRules"] as const)
    for (const [position, rule] of (match[key] ?? []).entries())
      errors.push(...validateRule(rule, at.child(key).index(position)));
  return errors;
}

type Binding = {
  readonly spec?: Omit<
    admissionregistrationv1.ValidatingAdmissionPolicyBindingSpec,
    "validationActions" | "policyName"
  > & { readonly policyName?: string };
};

export function validatePolicyBinding({ spec }: Binding): FieldError[] {
  const errors: FieldError[] = spec?.policyName ? [] : [required(path.child("policyName"))];
  const reference = spec?.paramRef;
  if (reference) {
    const at = path.child("paramRef");
    if (!reference.name && !reference.selector) errors.push(required(at, "one of name or selector must be specified"));
    if (reference.name && reference.selector)
      errors.push(forbidden(at.child("name"), "name and selector are mutually exclusive"));
    const action = reference.parameterNotFoundAction;
    if (action === undefined) errors.push(required(at.child("parameterNotFoundAction")));
    else if (action !== "Allow" && action !== "Deny")
      errors.push(notSupported(at.child("parameterNotFoundAction"), action, ["Deny", "Allow"]));
  }
  return spec?.matchResources
    ? [...errors, ...validateMatch(spec.matchResources, path.child("matchResouces"))]
    : errors;
}

export function validateValidatingBinding(
  object: admissionregistrationv1.ValidatingAdmissionPolicyBinding,
): FieldError[] {
  const errors = validatePolicyBinding(object);
  const at = path.child("validationActions");
  const actions: readonly string[] = object.spec?.validationActions ?? [];
  if (actions.length === 0) return [...errors, required(at, "at least one validation action is required")];
  const known = ["Audit", "Deny", "Warn"];
  for (const [position, action] of actions.entries())
    if (!known.includes(action)) errors.push(notSupported(at.index(position), action, known));
  if (actions.includes("Deny") && actions.includes("Warn"))
    errors.push(
      invalid(
        at,
        actions,
        "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)",
      ),
    );
  return errors;
}
