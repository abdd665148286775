/**
 * Why the outcome of a strategic merge cannot be made an object of its kind again. Upstream goes from generic values to typed ones there,
 * without JSON in between, and has other words for what does not fit than its decoder.
 */
import type { Message, SchemaType } from "../../api/mod.ts";
import { jsonFields } from "../../api/mod.ts";

/** The first problem in the order of the schema's fields; undefined where none is known. */
export function restoreProblem(type: SchemaType, value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  switch (type.kind) {
    case "lazy":
      return restoreProblem(type.resolve(), value);
    case "message":
      return isMembers(value) ? membersProblem(type, value) : `cannot restore struct from: ${goKind(value)}`;
    case "map":
      if (!isMembers(value)) return `cannot restore map from ${goKind(value)}`;
      return firstProblem(Object.values(value), (member) => restoreProblem(type.value, member));
    case "list":
      if (!Array.isArray(value)) return `cannot restore slice from ${goKind(value)}`;
      return firstProblem(value, (item) => restoreProblem(type.item, item));
    case "string":
      return typeof value === "string" ? undefined : conversionProblem(value, "string");
    case "boolean":
      return typeof value === "boolean" ? undefined : conversionProblem(value, "bool");
    case "int32":
    case "int64":
      return Number.isInteger(value) ? undefined : conversionProblem(value, type.kind);
    default:
      return undefined;
  }
}

function membersProblem(message: Message, value: Record<string, unknown>): string | undefined {
  return firstProblem([...jsonFields(message)], ([name, { type }]) => restoreProblem(type, value[name]));
}

function firstProblem<T>(list: readonly T[], problemOf: (one: T) => string | undefined): string | undefined {
  for (const one of list) {
    const problem = problemOf(one);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function conversionProblem(value: unknown, wanted: string): string {
  const isConvertible =
    typeof value === "number" && (wanted === "string" ? Number.isInteger(value) : wanted !== "bool");
  return isConvertible ? `cannot convert ${goKind(value)} to ${wanted}` : `unrecognized type: ${wanted}`;
}

function isMembers(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The kind of a value in upstream's language. */
export function goKind(value: unknown): string {
  if (Array.isArray(value)) return "slice";
  if (typeof value === "object") return "map";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  return typeof value;
}
