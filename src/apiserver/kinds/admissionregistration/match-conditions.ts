/** Match conditions of webhooks and of policies. */
import { type admissionregistrationv1, qualifiedNameProblems } from "../../../api/mod.ts";
import { duplicate, type FieldError, invalid, required, tooMany } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { requiredText } from "../../validation/rules.ts";

const mostConditions = 64;

/** `problemOf` answers what is wrong with an expression. */
export function validateMatchConditions(
  conditions: readonly Partial<admissionregistrationv1.MatchCondition>[] | undefined,
  problemOf: (expression: string) => string | undefined,
  path: FieldPath,
): FieldError[] {
  if (!conditions) return [];
  if (conditions.length > mostConditions) return [tooMany(path, conditions.length, mostConditions)];
  const names = new Set<string>();
  return conditions.flatMap(({ name, expression }, position) => {
    const at = path.index(position);
    const errors = expressionErrors(expression, problemOf, at.child("expression"));
    requiredText(name, qualifiedNameProblems, at.child("name"), errors);
    if (name && names.has(name)) errors.push(duplicate(at.child("name"), name));
    if (name) names.add(name);
    return errors;
  });
}

/** `missing`: what is said where there is none. */
export function expressionErrors(
  expression: string | undefined,
  problemOf: (expression: string) => string | undefined,
  path: FieldPath,
  missing = "",
): FieldError[] {
  if (!expression?.trim()) return [required(path, missing)];
  const problem = problemOf(expression);
  return problem === undefined ? [] : [invalid(path, expression, problem)];
}
