/** The rules of `metav1.Condition`, for statuses that are made of them. */
import { type metav1, qualifiedNameProblems } from "../../api/mod.ts";
import { duplicate, type FieldError, invalid, notSupported, required, tooLong } from "./field-error.ts";
import type { FieldPath } from "./field-path.ts";
import { textErrors } from "./rules.ts";

const states = ["False", "True", "Unknown"];
const reasonPattern = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?";
const isReason = new RegExp(`^${reasonPattern}$`);
const reasonProblem =
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'" +
  ` (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '${reasonPattern}')`;
const longestReason = 1024;
const longestMessage = 32_768;

export function validateConditions(conditions: readonly metav1.Condition[] | undefined, path: FieldPath): FieldError[] {
  const seen = new Set<string>();
  return (conditions ?? []).flatMap((condition, position) => {
    const at = path.index(position);
    const repeated = seen.has(condition.type) ? [duplicate(at.child("type"), condition.type)] : [];
    seen.add(condition.type);
    return [...repeated, ...validateCondition(condition, at)];
  });
}

function validateCondition(condition: metav1.Condition, at: FieldPath): FieldError[] {
  const { type = "", status, observedGeneration = 0, lastTransitionTime, message = "" } = condition;
  const errors = textErrors(type, qualifiedNameProblems, at.child("type"));
  if (!states.includes(status)) errors.push(notSupported(at.child("status"), status ?? "", states));
  if (observedGeneration < 0)
    errors.push(invalid(at.child("observedGeneration"), observedGeneration, "must be greater than or equal to zero"));
  if (!lastTransitionTime) errors.push(required(at.child("lastTransitionTime")));
  errors.push(...validateReason(condition.reason ?? "", at.child("reason")));
  if (message.length > longestMessage) errors.push(tooLong(at.child("message"), longestMessage));
  return errors;
}

function validateReason(reason: string, at: FieldPath): FieldError[] {
  if (reason === "") return [required(at)];
  const errors = isReason.test(reason) ? [] : [invalid(at, reason, reasonProblem)];
  return reason.length > longestReason ? [...errors, tooLong(at, longestReason)] : errors;
}
