/**
 * Small rules that many kinds' validation is made of. Each adds what is wrong with one field to `errors` and answers these: nearly always there is
 * nothing, and nothing shall be made to say so.
 */
import {
  dns1123SubdomainProblems,
  labelSelectorAsSelector,
  labelValueProblems,
  type metav1,
  qualifiedNameProblems,
  type SchemaType,
} from "../../api/mod.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "./field-error.ts";
import { eachItem, type FieldPath } from "./field-path.ts";
import { internalForm } from "./internal-form.ts";
import { percentProblems, rangeProblems } from "./name-rules.ts";
import { validateLabels } from "./object-meta.ts";

export { validateLabels };

export type Rule = (text: string) => readonly string[];

/** The field must be there and follow the rule. */
export function requiredText(
  text: string | undefined,
  rule: Rule,
  path: FieldPath,
  errors: FieldError[] = [],
): FieldError[] {
  if (text) return textErrors(text, rule, path, errors);
  errors.push(required(path));
  return errors;
}

/** The field may be absent or empty; else it follows the rule. */
export function optionalText(
  text: string | undefined,
  rule: Rule,
  path: FieldPath,
  errors: FieldError[] = [],
): FieldError[] {
  return text ? textErrors(text, rule, path, errors) : errors;
}

/** The field may be absent; where it is there, were it empty, it follows the rule. */
export function presentText(
  text: string | undefined,
  rule: Rule,
  path: FieldPath,
  errors: FieldError[] = [],
): FieldError[] {
  return text === undefined ? errors : textErrors(text, rule, path, errors);
}

export function textErrors(text: string, rule: Rule, path: FieldPath, errors: FieldError[] = []): FieldError[] {
  for (const problem of rule(text)) errors.push(invalid(path, text, problem));
  return errors;
}

/** One of a few words, which must be there. */
export function oneOf(
  text: string | undefined,
  words: readonly string[],
  path: FieldPath,
  errors: FieldError[] = [],
): FieldError[] {
  if (text) return presentWord(text, words, path, errors);
  errors.push(required(path));
  return errors;
}

/** The field may be absent; where it is there, were it empty, it is one of the words. */
export function presentWord(
  text: string | undefined,
  words: readonly string[],
  path: FieldPath,
  errors: FieldError[] = [],
): FieldError[] {
  if (text !== undefined && !words.includes(text)) errors.push(notSupported(path, text, words));
  return errors;
}

export function nonNegative(value: number | undefined, path: FieldPath, errors: FieldError[] = []): FieldError[] {
  if ((value ?? 0) < 0) errors.push(invalid(path, value, "must be greater than or equal to 0"));
  return errors;
}

export function positive(value: number | undefined, path: FieldPath, errors: FieldError[] = []): FieldError[] {
  if (value !== undefined && value <= 0) errors.push(invalid(path, value, "must be greater than zero"));
  return errors;
}

export function inRange(
  value: number | undefined,
  minimum: number,
  maximum: number,
  path: FieldPath,
  errors: FieldError[] = [],
): FieldError[] {
  if (value === undefined) return errors;
  for (const problem of rangeProblems(value, minimum, maximum)) errors.push(invalid(path, value, problem));
  return errors;
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

/** `immutableField(new, old, …)`: the same, or an error. `type`: of a value with members, which upstream prints as its own type. */
export function immutableField(value: unknown, old: unknown, path: FieldPath, type?: SchemaType): FieldError[] {
  if (sameJson(value, old)) return [];
  return [invalid(path, type ? internalForm(type, value) : value, "field is immutable")];
}

/**
 * Whether two values say the same, as upstream's types would hold them: a member that is absent, undefined or null is none, at any depth, so
 * that callers may leave members out by any of these. For what may be null and is told from absent then (raw JSON): `deepEqual`. Runs on every
 * update, so it makes nothing.
 */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return (a ?? null) === (b ?? null);
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && sameItems(a, b);
  return sameMembers(a as Members, b as Members);
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!sameJson(a[i], b[i])) return false;
  return true;
}

type Members = Readonly<Record<string, unknown>>;

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

export function validateLabelSelector(
  selector: metav1.LabelSelector | undefined,
  path: FieldPath,
  errors: FieldError[] = [],
): FieldError[] {
  if (!selector) return errors;
  if (selector.matchLabels) validateLabels(selector.matchLabels, path.child("matchLabels"), errors);
  eachItem(selector.matchExpressions, path.child("matchExpressions"), (requirement, at) =>
    validateRequirement(requirement, at, errors),
  );
  return errors;
}

function validateRequirement(
  requirement: metav1.LabelSelectorRequirement,
  path: FieldPath,
  errors: FieldError[],
): void {
  const { key, operator, values } = requirement;
  if (operator === "In" || operator === "NotIn") {
    if (!values?.length)
      errors.push(required(path.child("values"), "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    if (values?.length)
      errors.push(
        forbidden(path.child("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
      );
  } else errors.push(invalid(path.child("operator"), operator, "not a valid selector operator"));
  textErrors(key, qualifiedNameProblems, path.child("key"), errors);
  eachItem(values, path.child("values"), (value, at) => textErrors(value, labelValueProblems, at, errors));
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
