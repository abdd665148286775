/** Selectors in access reviews: given as text, or as requirements; one or the other. */
import {
  type authorizationv1,
  FieldSelector,
  labelValueProblems,
  parseFieldSelector,
  parseLabelSelector,
  qualifiedNameProblems,
  SelectorError,
} from "../../api/mod.ts";
import { type FieldError, forbidden, invalid, required } from "../validation/field-error.ts";
import type { FieldPath } from "../validation/field-path.ts";
import { textErrors } from "../validation/rules.ts";

type Attributes = authorizationv1.ResourceAttributes;
type Requirement = {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
};

interface SelectorAttributes {
  readonly rawSelector?: string;
  readonly requirements?: readonly Requirement[];
}

export interface SelectorTexts {
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  /** A selector that cannot be read is left out: what it would have narrowed is asked for as a whole. */
  readonly errors: readonly string[];
}

export function checkSelectors({ fieldSelector, labelSelector }: Attributes, path: FieldPath): FieldError[] {
  return [
    ...checkSelector(fieldSelector, path.child("fieldSelector"), checkFieldKey),
    ...checkSelector(labelSelector, path.child("labelSelector"), checkLabels),
  ];
}

type CheckTexts = (requirement: Requirement, path: FieldPath) => FieldError[];

function checkSelector(selector: SelectorAttributes | undefined, path: FieldPath, texts: CheckTexts): FieldError[] {
  if (!selector) return [];
  const { rawSelector, requirements = [] } = selector;
  if (rawSelector && requirements.length > 0)
    return [invalid(path.child("rawSelector"), rawSelector, "may not specified at the same time as requirements")];
  if (!rawSelector && requirements.length === 0)
    return [required(path.child("requirements"), `when ${path} is specified, requirements or rawSelector is required`)];
  return requirements.flatMap((requirement, position) => {
    const at = path.child("requirements").index(position);
    return [...checkValues(requirement, at), ...texts(requirement, at)];
  });
}

function checkValues({ operator, values = [] }: Requirement, path: FieldPath): FieldError[] {
  const at = path.child("values");
  if ((operator === "In" || operator === "NotIn") && values.length === 0)
    return [required(at, "must be specified when `operator` is 'In' or 'NotIn'")];
  if ((operator === "Exists" || operator === "DoesNotExist") && values.length > 0)
    return [forbidden(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
  return [];
}

function checkFieldKey({ key }: Requirement, path: FieldPath): FieldError[] {
  return key ? [] : [required(path.child("key"), "must be specified")];
}

function checkLabels({ key = "", values = [] }: Requirement, path: FieldPath): FieldError[] {
  const ofValues = values.flatMap((value, position) =>
    textErrors(value, labelValueProblems, path.child("values").index(position)),
  );
  return [...textErrors(key, qualifiedNameProblems, path.child("key")), ...ofValues];
}

/** As the authorizer takes them. */
export function selectorTexts({ fieldSelector, labelSelector }: Attributes, path: FieldPath): SelectorTexts {
  const fields = readSelector(fieldSelector, (text) => parseFieldSelector(text).toString(), fieldTerm);
  const labels = readSelector(labelSelector, (text) => parseLabelSelector(text).toString(), labelTerm);
  const error = (name: string, { problem }: ReadSelector) =>
    problem ? [`${path.child(name)} ${problem} due to parse error`] : [];
  return {
    errors: [...error("fieldSelector", fields), ...error("labelSelector", labels)],
    ...(fields.text && { fieldSelector: fields.text }),
    ...(labels.text && { labelSelector: labels.text }),
  };
}

interface ReadSelector {
  readonly text: string;
  readonly problem?: "ignored" | "partially ignored";
}

/** Of requirements those that can be read are kept. `term`: nothing for one that cannot. */
function readSelector(
  { rawSelector, requirements = [] }: SelectorAttributes = {},
  parse: (text: string) => string,
  term: (requirement: Requirement) => string | undefined,
): ReadSelector {
  if (rawSelector) return parsed(rawSelector, parse);
  const terms = requirements.map(term).filter((text) => text !== undefined);
  const text = terms.join(",");
  if (terms.length === requirements.length) return { text };
  return { text, problem: terms.length === 0 ? "ignored" : "partially ignored" };
}

function parsed(text: string, parse: (text: string) => string): ReadSelector {
  try {
    return { text: parse(text) };
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    return { text: "", problem: "ignored" };
  }
}

/** A field selector knows one value, and no field that only is there. */
function fieldTerm({ key = "", operator, values = [] }: Requirement): string | undefined {
  if (values.length !== 1 || (operator !== "In" && operator !== "NotIn")) return undefined;
  return new FieldSelector([{ field: key, operator: operator === "In" ? "=" : "!=", value: values[0]! }]).toString();
}

function labelTerm({ key = "", operator, values = [] }: Requirement): string | undefined {
  switch (operator) {
    case "In":
      return `${key} in (${values.join(",")})`;
    case "NotIn":
      return `${key} notin (${values.join(",")})`;
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
    default:
      return undefined;
  }
}
