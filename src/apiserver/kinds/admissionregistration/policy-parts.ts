/** What validating and mutating policies, and their bindings, have in common. */
import type { PolicyExpressionCheck } from "../../../admission/mod.ts";
import {
  admissionregistrationv1,
  dns1035LabelProblems,
  dns1123SubdomainProblems,
  pathSegmentProblems,
} from "../../../api/mod.ts";
import { isIdentifier } from "../../../cel/schema/escape.ts";
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { presentWord, textErrors, validateLabelSelector } from "../../validation/rules.ts";
import { expressionErrors, validateMatchConditions } from "./match-conditions.ts";
import { validateRule } from "./resource-rules.ts";

type ParamKind = Partial<admissionregistrationv1.ParamKind>;
type MatchResources = admissionregistrationv1.MatchResources;

export interface CommonSpec {
  readonly failurePolicy?: string;
  readonly paramKind?: ParamKind;
  readonly matchConstraints?: MatchResources;
  readonly matchConditions?: readonly admissionregistrationv1.MatchCondition[];
  readonly variables?: readonly admissionregistrationv1.Variable[];
}

const path = field("spec");

export function validateCommon(spec: CommonSpec | undefined, check: PolicyExpressionCheck): FieldError[] {
  const policy = spec?.failurePolicy;
  const failurePolicy = path.child("failurePolicy");
  return [
    ...(policy === undefined
      ? [required(failurePolicy)]
      : presentWord(policy, admissionregistrationv1.failurePolicyType.enum, failurePolicy)),
    ...(spec?.paramKind ? validateParamKind(spec.paramKind, path.child("paramKind")) : []),
    ...validateConstraints(spec?.matchConstraints, path.child("matchConstraints")),
    ...validateMatchConditions(spec?.matchConditions, (text) => check.condition(text), path.child("matchConditions")),
    ...validateVariables(spec?.variables, check, path.child("variables")),
  ];
}

function validateParamKind({ apiVersion, kind }: ParamKind, at: FieldPath): FieldError[] {
  const errors = apiVersion ? apiVersionErrors(apiVersion, at.child("apiVersion")) : [required(at.child("apiVersion"))];
  if (!kind) return [...errors, required(at.child("kind"))];
  const problems = dns1035LabelProblems(kind.toLowerCase());
  if (problems.length === 0) return errors;
  const text = `may have mixed case, but should otherwise match: ${problems.join(",")}`;
  return [...errors, invalid(at.child("kind"), kind, text)];
}

function apiVersionErrors(apiVersion: string, at: FieldPath): FieldError[] {
  const parts = apiVersion.split("/");
  if (parts.length > 2) return [invalid(at, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)];
  const version = parts.at(-1)!;
  const group = parts.length === 2 ? parts[0]! : "";
  const errors = group ? textErrors(group, dns1123SubdomainProblems, at) : [];
  if (!version) return [...errors, invalid(at, apiVersion, "version must be specified")];
  return [...errors, ...textErrors(version, dns1035LabelProblems, at)];
}

function validateConstraints(match: MatchResources | undefined, at: FieldPath): FieldError[] {
  if (!match) return [required(at)];
  const errors = validateMatch(match, at);
  return match.resourceRules?.length ? errors : [...errors, required(at.child("resourceRules"))];
}

function validateMatch(match: MatchResources, at: FieldPath): FieldError[] {
  const errors = presentWord(match.matchPolicy, admissionregistrationv1.matchPolicyType.enum, at.child("matchPolicy"));
  validateLabelSelector(match.namespaceSelector, at.child("namespaceSelector"), errors);
  validateLabelSelector(match.objectSelector, at.child("objectSelector"), errors);
  for (const key of ["resourceRules", "excludeResourceRules"] as const)
    for (const [position, rule] of (match[key] ?? []).entries())
      errors.push(...validateNamedRule(rule, at.child(key).index(position)));
  return errors;
}

function validateNamedRule(rule: admissionregistrationv1.NamedRuleWithOperations, at: FieldPath): FieldError[] {
  const names = new Set<string>();
  const errors = (rule.resourceNames ?? []).flatMap((name, position) => {
    const place = at.child("resourceNames").index(position);
    const found = textErrors(name, pathSegmentProblems, place);
    if (names.has(name)) found.push(duplicate(place, name));
    names.add(name);
    return found;
  });
  return [...errors, ...validateRule(rule, at)];
}

function validateVariables(
  variables: CommonSpec["variables"],
  check: PolicyExpressionCheck,
  at: FieldPath,
): FieldError[] {
  return (variables ?? []).flatMap(({ name, expression }, position) => {
    const place = at.index(position);
    const errors: FieldError[] = [];
    if (!name) errors.push(required(place.child("name"), "name is not specified"));
    else if (!isIdentifier(name)) errors.push(invalid(place.child("name"), name, "must be a valid CEL identifier"));
    const problemOf = () => check.variable(position);
    errors.push(...expressionErrors(expression, problemOf, place.child("expression"), "expression is not specified"));
    return errors;
  });
}

interface BindingSpec {
  readonly policyName?: string;
  readonly paramRef?: admissionregistrationv1.ParamRef;
  readonly matchResources?: MatchResources;
}

export function validatePolicyBinding({ spec }: { readonly spec?: BindingSpec }): FieldError[] {
  const name = path.child("policyName");
  const errors = spec?.policyName ? textErrors(spec.policyName, dns1123SubdomainProblems, name) : [required(name)];
  if (spec?.paramRef) errors.push(...validateParamRef(spec.paramRef, path.child("paramRef")));
  return spec?.matchResources
    ? [...errors, ...validateMatch(spec.matchResources, path.child("matchResources"))]
    : errors;
}

function validateParamRef(reference: admissionregistrationv1.ParamRef, at: FieldPath): FieldError[] {
  const { name, selector, parameterNotFoundAction: action } = reference;
  const errors: FieldError[] = name ? textErrors(name, pathSegmentProblems, at.child("name")) : [];
  if (name && selector)
    for (const key of ["name", "selector"])
      errors.push(forbidden(at.child(key), "name and selector are mutually exclusive"));
  if (!name && !selector) errors.push(required(at, "one of name or selector must be specified"));
  validateLabelSelector(selector, at.child("selector"), errors);
  const place = at.child("parameterNotFoundAction");
  if (!action) return [...errors, required(place)];
  if (action === "Allow" || action === "Deny") return errors;
  return [...errors, notSupported(place, action, ["Deny", "Allow"])];
}
