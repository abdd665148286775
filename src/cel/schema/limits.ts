/** How large values can be that arrive in one request, where their schema does not say. */
import type { apiextensionsv1 } from "../../api/mod.ts";

type JsonSchema = apiextensionsv1.JSONSchemaProps;

/** In bytes. */
export const maxRequest = 3 * 1024 * 1024;

/** The shortest JSON that such a value can be written in. */
export function smallestSize(schema: JsonSchema, depth = 0): number {
  if (schema["x-kubernetes-int-or-string"] || depth > 20) return 1;
  switch (schema.type) {
    case "string":
      return smallestText(schema);
    case "boolean":
      return 4;
    case "array":
      return 2;
    case "object":
      return smallestObject(schema, depth);
    default:
      return 1;
  }
}

function smallestText(schema: JsonSchema): number {
  if (schema.format === "date") return 12;
  if (schema.format === "date-time") return 22;
  return 2 + (schema.format === "duration" ? 2 : 0);
}

function smallestObject(schema: JsonSchema, depth: number): number {
  const required = new Set(schema.required ?? []);
  let size = 2;
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (!required.has(name) || property.default !== undefined) continue;
    size += name.length + 4 + smallestSize(property, depth + 1);
  }
  return size;
}

/** In bytes: a character may take four. */
export function mostCharacters({ maxLength, format }: JsonSchema): number {
  if (format === "date") return 10;
  if (format === "date-time") return 27;
  if (maxLength !== undefined) return maxLength * 4;
  return maxRequest - 2;
}

export function mostItems({ maxItems }: JsonSchema, item: JsonSchema): number {
  return maxItems ?? Math.floor((maxRequest - 2) / (smallestSize(item) + 1));
}

export function mostEntries({ maxProperties }: JsonSchema, value: JsonSchema): number {
  return maxProperties ?? Math.floor((maxRequest - 2) / (smallestSize(value) + 6));
}

/** What fits where any value may stand. */
export const mostOfAnything = maxRequest - 2;
