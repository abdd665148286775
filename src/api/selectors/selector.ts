/** Which labels are meant: requirements that must all hold. */
import { labelValueProblems, qualifiedNameProblems } from "../names.ts";
import { compareIntegers, isInteger } from "./integer.ts";

export type Labels = Readonly<Record<string, string>>;

export type SelectorOperator = "=" | "==" | "!=" | "in" | "notin" | "exists" | "!" | ">" | "<";

export interface Requirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  readonly values: readonly string[];
}

/** Thrown for a selector that cannot be read; the words are upstream's. */
export class SelectorError extends Error {
  override readonly name = "SelectorError";
}

export class Selector {
  /** In the order of their keys. */
  readonly requirements: readonly Requirement[];
  /** Selects nothing at all, whatever the requirements. */
  readonly nothing: boolean;

  constructor(requirements: readonly Requirement[], nothing = false) {
    this.requirements = requirements.toSorted((a, b) => compareText(a.key, b.key));
    this.nothing = nothing;
  }

  /** Selects everything. */
  get empty(): boolean {
    return !this.nothing && this.requirements.length === 0;
  }

  matches(labels: Labels | undefined): boolean {
    if (this.nothing) return false;
    for (const requirement of this.requirements) if (!holds(requirement, labels ?? noLabels)) return false;
    return true;
  }

  /** The text that `parseLabelSelector` reads back. */
  toString(): string {
    return this.requirements.map(requirementText).join(",");
  }
}

const noLabels: Labels = {};

export const everything = new Selector([]);
export const nothing = new Selector([], true);

function holds({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "=":
    case "==":
    case "in":
      return value !== undefined && values.includes(value);
    case "!=":
    case "notin":
      return value === undefined || !values.includes(value);
    case "exists":
      return value !== undefined;
    case "!":
      return value === undefined;
    case ">":
      return compareIntegers(value, values[0]) === 1;
    case "<":
      return compareIntegers(value, values[0]) === -1;
  }
}

function requirementText({ key, operator, values }: Requirement): string {
  if (operator === "exists") return key;
  if (operator === "!") return `!${key}`;
  if (operator === "in" || operator === "notin")
    return `${key} ${operator} (${values.toSorted(compareText).join(",")})`;
  return `${key}${operator}${values[0] ?? ""}`;
}

/** Go's order of strings is by bytes; keys and values are ASCII, so code units do. */
function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Throws `SelectorError` where the key, the values, or their number does not fit the operator. */
export function requirement(key: string, operator: SelectorOperator, values: readonly string[]): Requirement {
  const found = [
    ...qualifiedNameProblems(key).map((problem) => `<nil>: Invalid value: ${JSON.stringify(key)}: ${problem}`),
    ...operatorProblems(operator, values),
    ...values.flatMap((value, index) =>
      labelValueProblems(value).map(
        (problem) => `values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${problem}`,
      ),
    ),
  ];
  if (found.length > 0) throw new SelectorError(found.length === 1 ? found[0] : `[${found.join(", ")}]`);
  return { key, operator, values };
}

function operatorProblems(operator: SelectorOperator, values: readonly string[]): string[] {
  if (operator === "in" || operator === "notin") {
    return values.length > 0
      ? []
      : ["values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty"];
  }
  if (operator === "exists" || operator === "!") {
    const shown = `[${values.map((value) => JSON.stringify(value)).join(",")}]`;
    return values.length === 0
      ? []
      : [`values: Invalid value: ${shown}: values set must be empty for exists and does not exist`];
  }
  if (operator !== ">" && operator !== "<") return [];
  const text = values[0] ?? "";
  if (isInteger(text)) return [];
  return [`values[0]: Invalid value: ${JSON.stringify(text)}: for 'Gt', 'Lt' operators, the value must be an integer`];
}
