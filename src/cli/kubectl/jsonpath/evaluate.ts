/** What a JSONPath finds in a value, and a template's text. Keys that are not there find nothing, as kubectl has it by default. */
import { escapedJson } from "../ordered-json.ts";
import type { Operand, Part, Path, Step } from "./template.ts";

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const children = (value: unknown): readonly unknown[] =>
  Array.isArray(value)
    ? value
    : isObject(value)
      ? Object.keys(value)
          .sort()
          .map((key) => value[key])
      : [];

const withDescendants = (value: unknown): readonly unknown[] => [value, ...children(value).flatMap(withDescendants)];

export function findAll(path: Path, root: unknown, current: unknown): readonly unknown[] {
  return path.steps.reduce<readonly unknown[]>(
    (values, step) => values.flatMap((value) => take(step, value, root)),
    [path.fromRoot ? root : current],
  );
}

function take(step: Step, value: unknown, root: unknown): readonly unknown[] {
  switch (step.kind) {
    case "field":
      return step.names.flatMap((name) => (isObject(value) && Object.hasOwn(value, name) ? [value[name]] : []));
    case "every":
      return children(value);
    case "descend":
      return withDescendants(value);
    case "indices":
      return step.indices.flatMap((index) => {
        const at = Array.isArray(value) && index < 0 ? value.length + index : index;
        return Array.isArray(value) && at >= 0 && at < value.length ? [value[at]] : [];
      });
    case "slice":
      return Array.isArray(value) ? value.slice(step.from, step.to).filter((_, index) => index % step.by === 0) : [];
    case "filter":
      return (Array.isArray(value) ? value : []).filter((item) => passes(step, item, root));
  }
}

const operandValues = (operand: Operand, root: unknown, current: unknown): readonly unknown[] =>
  "literal" in operand ? [operand.literal] : findAll(operand.path, root, current);

function passes(step: Step & { kind: "filter" }, item: unknown, root: unknown): boolean {
  const [left] = operandValues(step.left, root, item);
  if (!step.right) return left !== undefined;
  const [right] = operandValues(step.right, root, item);
  if (left === undefined || right === undefined) return false;
  return comparisons[step.operator]!(left as string, right as string);
}

const comparisons: Readonly<Record<string, (left: string, right: string) => boolean>> = {
  "==": (left, right) => left === right,
  "!=": (left, right) => left !== right,
  "<": (left, right) => left < right,
  ">": (left, right) => left > right,
  "<=": (left, right) => left <= right,
  ">=": (left, right) => left >= right,
};

/** Text as it is; objects and lists as JSON, their keys in order. */
export const valueText = (value: unknown): string =>
  typeof value === "string" ? value : value === null || value === undefined ? "" : escapedJson(value);

export function render(parts: readonly Part[], root: unknown, current: unknown = root): string {
  return parts
    .map((part) => {
      if (part.kind === "text") return part.text;
      const found = findAll(part.path, root, current);
      if (part.kind === "path") return found.map(valueText).join(" ");
      return found.map((value) => render(part.body, root, value)).join("");
    })
    .join("");
}

/** Everything that the template's paths find, in order. */
export const findByTemplate = (parts: readonly Part[], root: unknown): readonly unknown[] =>
  parts.flatMap((part) => (part.kind === "path" ? findAll(part.path, root, root) : []));
