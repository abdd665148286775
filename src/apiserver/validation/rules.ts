/** Small rules that many kinds' validation is made of. Each answers the errors of one field. */
import {
  dns1123SubdomainProblems,
  labelSelectorAsSelector,
  labelValueProblems,
  type metav1,
  qualifiedNameProblems,
} from "../../api/mod.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "./field-error.ts";
import type { FieldPath } from "./field-path.ts";
import { percentProblems, rangeProblems } from "./name-rules.ts";
import { validateLabels } from "./object-meta.ts";

export { validateLabels };

export type Rule = (text: string) => readonly string[];

/** The field must be there and follow the rule. */
export function requiredText(text: string | undefined, rule: Rule, path: FieldPath): FieldError[] {
  return text ? textErrors(text, rule, path) : [required(path)];
}

/** The field may be absent or empty; else it follows the rule. */
export function optionalText(text: string | undefined, rule: Rule, path: FieldPath): FieldError[] {
  return text ? textErrors(text, rule, path) : [];
}

/** The field may be absent; where it is there, were it empty, it follows the rule. */
export function presentText(text: string | undefined, rule: Rule, path: FieldPath): FieldError[] {
  return text === undefined ? [] : textErrors(text, rule, path);
}

export function textErrors(text: string, rule: Rule, path: FieldPath): FieldError[] {
  return rule(text).map((problem) => invalid(path, text, problem));
}

/** One of a few words; `required` where it is absent, unless it may be. */
export function oneOf(
  text: string | undefined,
  words: readonly string[],
  path: FieldPath,
  optional = false,
): FieldError[] {
  if (!text) return optional ? [] : [required(path)];
  return words.includes(text) ? [] : [notSupported(path, text, words)];
}

/** The field may be absent; where it is there, were it empty, it is one of the words. */
export function presentWord(text: string | undefined, words: readonly string[], path: FieldPath): FieldError[] {
  return text === undefined || words.includes(text) ? [] : [notSupported(path, text, words)];
}

export function nonNegative(value: number | undefined, path: FieldPath): FieldError[] {
  return (value ?? 0) < 0 ? [invalid(path, value, "must be greater than or equal to 0")] : [];
}

export function positive(value: number | undefined, path: FieldPath): FieldError[] {
  return value !== undefined && value <= 0 ? [invalid(path, value, "must be greater than zero")] : [];
}

export function inRange(value: number | undefined, minimum: number, maximum: number, path: FieldPath): FieldError[] {
  if (value === undefined) return [];
  return rangeProblems(value, minimum, maximum).map((problem) => invalid(path, value, problem));
}

/** A domain and a path behind it: `example.com/controller`. */
export function domainPrefixedPath(text: string, path: FieldPath): FieldError[] {
  const slash = text.indexOf("/");
  if (slash <= 0 || slash === text.length - 1)
    return [invalid(path, text, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const [domain, rest] = [text.slice(0, slash), text.slice(slash + 1)];
  const errors = textErrors(domain, dns1123SubdomainProblems, path);
  const characters = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
  return new RegExp(`^${characters}$`).test(rest)
    ? errors
    : [...errors, invalid(path, rest, `Invalid path (regex used for validation is '${characters}')`)];
}

/** `immutableField(new, old, …)`: the same, or an error. */
export function immutableField(value: unknown, old: unknown, path: FieldPath): FieldError[] {
  return sameJson(value, old) ? [] : [invalid(path, value, "field is immutable")];
}

/** Absent and null are the same. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return (a ?? null) === (b ?? null);
  if (Array.isArray(a) || Array.isArray(b))
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  return sameMembers(a as Members, b as Members);
}

type Members = Readonly<Record<string, unknown>>;

/** Runs on every update, so it makes nothing. */
function sameMembers(a: Members, b: Members): boolean {
  for (const key in a) if (!sameJson(a[key], Object.hasOwn(b, key) ? b[key] : undefined)) return false;
  for (const key in b) if (!Object.hasOwn(a, key) && (b[key] ?? undefined) !== undefined) return false;
  return true;
}

export function positiveIntOrPercent(value: number | string | undefined, path: FieldPath): FieldError[] {
  if (value === undefined) return [];
  if (typeof value === "string") return percentProblems(value).map((problem) => invalid(path, value, problem));
  return nonNegative(value, path);
}

/** The percentage of an int-or-percent, or undefined where it is none. */
export function percentOf(value: number | string | undefined): number | undefined {
  const match = typeof value === "string" ? /^([0-9]+)%$/.exec(value) : null;
  return match ? Number(match[1]) : undefined;
}

export function notMoreThan100Percent(value: number | string | undefined, path: FieldPath): FieldError[] {
  return (percentOf(value) ?? 0) > 100 ? [invalid(path, value, "must not be greater than 100%")] : [];
}

const selectorOperators = ["In", "NotIn", "Exists", "DoesNotExist"];

export function validateLabelSelector(selector: metav1.LabelSelector | undefined, path: FieldPath): FieldError[] {
  if (!selector) return [];
  const errors = validateLabels(selector.matchLabels, path.child("matchLabels"));
  for (const [position, requirement] of (selector.matchExpressions ?? []).entries())
    errors.push(...validateRequirement(requirement, path.child("matchExpressions").index(position)));
  return errors;
}

function validateRequirement(requirement: metav1.LabelSelectorRequirement, path: FieldPath): FieldError[] {
  const { key, operator, values } = requirement;
  const errors: FieldError[] = [];
  if (operator === "In" || operator === "NotIn") {
    if (!values?.length)
      errors.push(required(path.child("values"), "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    if (values?.length)
      errors.push(
        forbidden(path.child("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
      );
  } else errors.push(invalid(path.child("operator"), operator, "not a valid selector operator"));
  errors.push(...textErrors(key, qualifiedNameProblems, path.child("key")));
  for (const [position, value] of (values ?? []).entries())
    errors.push(...textErrors(value, labelValueProblems, path.child("values").index(position)));
  return errors;
}

/** Whether the selector can be evaluated at all. */
export function isSoundSelector(selector: metav1.LabelSelector | undefined): boolean {
  try {
    labelSelectorAsSelector(selector);
    return (selector?.matchExpressions ?? []).every(({ operator }) => selectorOperators.includes(operator));
  } catch {
    return false;
  }
}

export function isEmptySelector(selector: metav1.LabelSelector | undefined): boolean {
  return Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions?.length ?? 0) === 0;
}

/** Whether a selector selects a template's labels; one that cannot be evaluated selects nothing. */
export function selects(
  selector: metav1.LabelSelector | undefined,
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  return isSoundSelector(selector) && labelSelectorAsSelector(selector).matches(labels ?? {});
}
