/** Values that a JSONPath leads to. */
import { isObject } from "../../apply/type-rules.ts";
import { type Operand, type Operator, parseSteps, type Step } from "./json-path-parser.ts";

export interface JsonPath {
  /** What the path leads to, in order; nothing where it leads nowhere. */
  find(value: unknown): unknown[];
}

/** Throws `JsonPathError`. */
export function jsonPath(text: string): JsonPath {
  const steps = parseSteps(text);
  return { find: (value) => follow(steps, [value]) };
}

function follow(steps: readonly Step[], values: readonly unknown[]): unknown[] {
  return steps.reduce<unknown[]>((found, step) => found.flatMap((value) => take(step, value)), [...values]);
}

function take(step: Step, value: unknown): unknown[] {
  switch (step.kind) {
    case "member":
      return isObject(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : [];
    case "all":
      return partsOf(value);
    case "descend":
      return descend(value);
    case "slice":
      return Array.isArray(value) ? cut(value, step) : [];
    case "union":
      return step.branches.flatMap((branch) => follow(branch, [value]));
    case "filter":
      return Array.isArray(value) ? value.filter((item) => fits(item, step)) : [];
  }
}

function partsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

function descend(value: unknown): unknown[] {
  return [value, ...partsOf(value).flatMap(descend)];
}

/** Counting from the end where negative. */
function cut(list: readonly unknown[], step: Extract<Step, { kind: "slice" }>): unknown[] {
  const { from = 0, by = 1, single } = step;
  if (single) return list.slice(from).slice(0, from < -list.length ? 0 : 1);
  const part = list.slice(from, step.to);
  return by > 1 ? part.filter((_, position) => position % by === 0) : part;
}

function fits(item: unknown, { left, operator, right }: Extract<Step, { kind: "filter" }>): boolean {
  const first = valuesOf(left, item);
  if (operator === "exists" || !right) return first.length > 0;
  const second = valuesOf(right, item);
  return first.length === 1 && second.length === 1 && compare(first[0], operator, second[0]);
}

function valuesOf(operand: Operand, item: unknown): unknown[] {
  return "constant" in operand ? [operand.constant] : follow(operand.path, [item]);
}

/** Values of different types are only ever unequal. */
function compare(left: unknown, operator: Operator, right: unknown): boolean {
  if (operator === "==") return left === right;
  if (operator === "!=") return left !== right;
  if (typeof left !== typeof right || (typeof left !== "string" && typeof left !== "number")) return false;
  const order = left < (right as typeof left) ? -1 : left === right ? 0 : 1;
  if (order === 0) return operator === "<=" || operator === ">=";
  return order < 0 ? operator.startsWith("<") : operator.startsWith(">");
}
