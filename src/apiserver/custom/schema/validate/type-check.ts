import type { JsonSchema } from "../structural-node.ts";
import type { Check } from "./validation.ts";

/** `type`, `nullable` and `x-kubernetes-int-or-string`. */
export function typeCheck(schema: JsonSchema): readonly Check[] {
  const types = typesOf(schema);
  if (types.length === 0) return [];
  const wanted = types.join(",");
  const allowed = new Set(types);
  // Every integer is a number.
  if (allowed.has("number")) allowed.add("integer");
  const nullable = schema.nullable === true;
  return [
    (value, _old, run) => {
      const found = typeOf(value);
      if (found === "null" ? nullable : allowed.has(found)) run.matches++;
      else run.mistyped(wanted, found);
    },
  ];
}

function typesOf(schema: JsonSchema): readonly string[] {
  if (schema["x-kubernetes-int-or-string"]) return ["integer", "string"];
  return schema.type ? [schema.type] : [];
}

export function typeOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}
