import { type PolicyExpressionCheck, policyExpressionCheck } from "../../../admission/mod.ts";
import { admissionregistrationv1, qualifiedNameProblems } from "../../../api/mod.ts";
import { validateConditions } from "../../validation/conditions.ts";
import { duplicate, type FieldError, invalid, notSupported, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { presentWord, textErrors } from "../../validation/rules.ts";
import { expressionErrors } from "./match-conditions.ts";
import { validateCommon, validatePolicyBinding } from "./policy-parts.ts";

const path = field("spec");

export function validateValidatingPolicy({
  metadata,
  spec,
}: admissionregistrationv1.ValidatingAdmissionPolicy): FieldError[] {
  const check = policyExpressionCheck(spec ?? {});
  const errors = validateCommon(spec, check);
  if (!spec?.validations?.length && !spec?.auditAnnotations?.length) {
    const text = "validations or auditAnnotations must contain at least one item";
    return [...errors, required(path.child("validations"), text), required(path.child("auditAnnotations"), text)];
  }
  for (const [position, validation] of (spec.validations ?? []).entries())
    errors.push(...validateValidation(validation, check, path.child("validations").index(position)));
  return [...errors, ...validateAnnotations(spec.auditAnnotations ?? [], metadata.name, check)];
}

/** What the controller says of it has its own rules; the policy itself is left alone there. */
export function validateValidatingPolicyStatus({ status }: admissionregistrationv1.ValidatingAdmissionPolicy) {
  const at = field("status");
  const warnings = status?.typeChecking?.expressionWarnings ?? [];
  const errors = warnings.flatMap(({ fieldRef, warning }, position) => {
    const place = at.child("typeChecking", "expressionWarnings").index(position);
    return [
      ...(warning ? [] : [required(place.child("warning"))]),
      ...(fieldRef ? [] : [required(place.child("fieldRef"))]),
    ];
  });
  return [...errors, ...validateConditions(status?.conditions, at.child("conditions"))];
}

const reasons = ["Forbidden", "Invalid", "RequestEntityTooLarge"];
const notSpecified = "expression is not specified";

function validateValidation(
  { expression, message, messageExpression, reason }: admissionregistrationv1.Validation,
  check: PolicyExpressionCheck,
  at: FieldPath,
): FieldError[] {
  const validation = (text: string) => check.validation(text);
  const errors = expressionErrors(expression, validation, at.child("expression"), notSpecified);
  if (messageExpression) errors.push(...messageExpressionErrors(messageExpression, check, at));
  if (message) errors.push(...messageErrors(message, at.child("message")));
  return [...errors, ...presentWord(reason, reasons, at.child("reason"))];
}

const nonEmpty = "must be non-empty if specified";

function messageExpressionErrors(expression: string, check: PolicyExpressionCheck, parent: FieldPath): FieldError[] {
  const at = parent.child("messageExpression");
  if (expression.trim() === "") return [invalid(at, expression, nonEmpty)];
  return expressionErrors(expression, (text) => check.message(text), at);
}

function messageErrors(message: string, at: FieldPath): FieldError[] {
  if (message.trim() === "") return [invalid(at, message, nonEmpty)];
  return /[\n\r]/.test(message) ? [invalid(at, message, "must not contain line breaks")] : [];
}

const mostAnnotations = 20;
const longestValueExpression = 5 * 1024;

/** Keys are read with the policy's name before them. */
function validateAnnotations(
  annotations: readonly admissionregistrationv1.AuditAnnotation[],
  policy: string,
  check: PolicyExpressionCheck,
): FieldError[] {
  const at = path.child("auditAnnotations");
  if (annotations.length > mostAnnotations) {
    const shown = annotations.map(({ key, valueExpression }) => ({ Key: key, ValueExpression: valueExpression }));
    return [invalid(at, shown, `must not have more than ${mostAnnotations} auditAnnotations`)];
  }
  const keys = new Set<string>();
  return annotations.flatMap(({ key = "", valueExpression }, position) => {
    const place = at.index(position);
    const errors = textErrors(`${policy}/${key}`, qualifiedNameProblems, place.child("key"));
    errors.push(...valueExpressionErrors(valueExpression, check, place.child("valueExpression")));
    if (keys.has(key)) errors.push(duplicate(place.child("key"), key));
    keys.add(key);
    return errors;
  });
}

function valueExpressionErrors(text: string, check: PolicyExpressionCheck, at: FieldPath): FieldError[] {
  if (Buffer.byteLength(text ?? "") > longestValueExpression)
    return [required(at, `must not exceed ${longestValueExpression} bytes in length`)];
  return expressionErrors(text, (one) => check.auditAnnotation(one), at, "valueExpression is not specified");
}

export function validateMutatingPolicy({ spec }: admissionregistrationv1.MutatingAdmissionPolicy): FieldError[] {
  const check = policyExpressionCheck(spec ?? {});
  const errors = validateCommon(spec, check);
  const reinvocation = path.child("reinvocationPolicy");
  const policy = spec?.reinvocationPolicy;
  return [
    ...errors,
    ...noDeletion(spec?.matchConstraints, path.child("matchConstraints", "resourceRules", "operations")),
    ...validateMutations(spec?.mutations, check),
    ...(policy
      ? presentWord(policy, admissionregistrationv1.reinvocationPolicyType.enum, reinvocation)
      : [required(reinvocation)]),
  ];
}

const mutable = ["*", "CONNECT", "CREATE", "UPDATE"];

export function validateMutatingBinding(object: admissionregistrationv1.MutatingAdmissionPolicyBinding): FieldError[] {
  const at = path.child("matchResources", "resourceRules", "operations");
  return [...validatePolicyBinding(object), ...noDeletion(object.spec?.matchResources, at)];
}

/** There is nothing to change about what is deleted. */
function noDeletion(match: admissionregistrationv1.MatchResources | undefined, at: FieldPath): FieldError[] {
  const operations = (match?.resourceRules ?? []).flatMap((rule) => rule.operations ?? []);
  return operations
    .filter((operation) => !mutable.includes(operation))
    .map((operation) => notSupported(at, operation, mutable));
}

type Mutation = Partial<admissionregistrationv1.Mutation>;

function validateMutations(mutations: readonly Mutation[] | undefined, check: PolicyExpressionCheck): FieldError[] {
  const at = path.child("mutations");
  if (!mutations?.length) return [required(at, "mutations must contain at least one item")];
  return mutations.flatMap((mutation, position) => validateMutation(mutation, check, at.index(position)));
}

const patchFields = { ApplyConfiguration: "applyConfiguration", JSONPatch: "jsonPatch" } as const;

function validateMutation(mutation: Mutation, check: PolicyExpressionCheck, at: FieldPath): FieldError[] {
  const type: string | undefined = mutation.patchType;
  const place = at.child("patchType");
  if (!type) return [required(place)];
  if (type !== "ApplyConfiguration" && type !== "JSONPatch")
    return [notSupported(place, type, Object.keys(patchFields))];
  const wanted = patchFields[type];
  const other = patchFields[type === "JSONPatch" ? "ApplyConfiguration" : "JSONPatch"];
  const problemOf = (text: string) => check[wanted](text);
  const given = mutation[wanted];
  const errors = given
    ? expressionErrors(given.expression, problemOf, at.child(wanted, "expression"))
    : [required(at.child(wanted), `must be specified when patchType is ${type}`)];
  if (!mutation[other]) return errors;
  return [...errors, invalid(at.child(other), `{${other}}`, `must not be specified when patchType is ${type}`)];
}

export function validateValidatingBinding(
  object: admissionregistrationv1.ValidatingAdmissionPolicyBinding,
): FieldError[] {
  const actions: readonly string[] = object.spec?.validationActions ?? [];
  return [...validatePolicyBinding(object), ...validateActions(actions, path.child("validationActions"))];
}

function validateActions(actions: readonly string[], at: FieldPath): FieldError[] {
  if (actions.length === 0) return [required(at, "at least one validation action is required")];
  const seen = new Set<string>();
  const errors = actions.flatMap((action, position) => {
    const found = presentWord(action, admissionregistrationv1.validationAction.enum, at.index(position));
    if (seen.has(action)) found.push(duplicate(at.index(position), action));
    seen.add(action);
    return found;
  });
  if (!seen.has("Deny") || !seen.has("Warn")) return errors;
  const text =
    "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)";
  return [...errors, invalid(at, actions, text)];
}
