/** Inside allOf, anyOf, oneOf and not values are restricted, but nothing new is said about their shape. */
import { type FieldError, forbidden } from "../../../validation/field-error.ts";
import type { FieldPath } from "../../../validation/field-path.ts";
import { isSchema, type JsonSchema } from "../structural-node.ts";

/** What must not be said there, in the order in which it is told. */
const shapeKeywords: readonly (readonly [keyof JsonSchema, string])[] = [
  ["type", "empty"],
  ["additionalProperties", "undefined"],
  ["default", "undefined"],
  ["title", "empty"],
  ["description", "empty"],
  ["nullable", "false"],
  ["x-kubernetes-preserve-unknown-fields", "false"],
  ["x-kubernetes-embedded-resource", "false"],
  ["x-kubernetes-int-or-string", "false"],
  ["x-kubernetes-list-map-keys", "empty"],
  ["x-kubernetes-list-type", "undefined"],
  ["x-kubernetes-map-type", "undefined"],
  ["x-kubernetes-validations", "empty"],
];

/** The schema's own alternatives, to their depth. */
export function nestedErrors(schema: JsonSchema, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const exempt = intOrStringBranches(schema);
  for (const [inner, at] of alternatives(schema, path)) visit(inner, at, exempt, errors);
  return errors;
}

function alternatives(schema: JsonSchema, path: FieldPath): (readonly [JsonSchema, FieldPath])[] {
  const found = (["allOf", "anyOf", "oneOf"] as const).flatMap((keyword) =>
    (schema[keyword] ?? []).map((inner, position) => [inner, path.child(keyword).index(position)] as const),
  );
  return schema.not ? [...found, [schema.not, path.child("not")]] : found;
}

/** `anyOf: [{type: integer}, {type: string}]`, alone or first in allOf, is the one place where types may be said: of int-or-string values. */
function intOrStringBranches(schema: JsonSchema): ReadonlySet<JsonSchema> {
  if (!schema["x-kubernetes-int-or-string"]) return new Set();
  const branches = schema.anyOf?.length ? schema.anyOf : schema.allOf?.[0]?.anyOf;
  const [first, second] = branches ?? [];
  const fits = branches?.length === 2 && isOnlyType(first, "integer") && isOnlyType(second, "string");
  return new Set(fits ? branches : []);
}

function isOnlyType(schema: JsonSchema | undefined, type: string): boolean {
  return schema?.type === type && Object.keys(schema).length === 1;
}

function visit(schema: JsonSchema, path: FieldPath, exempt: ReadonlySet<JsonSchema>, errors: FieldError[]): void {
  for (const [inner, at] of alternatives(schema, path)) visit(inner, at, exempt, errors);
  if (isSchema(schema.items)) visit(schema.items, path.child("items"), exempt, errors);
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    visit(property, path.child("properties").key(name), exempt, errors);
  for (const [keyword, wanted] of shapeKeywords) {
    const value = schema[keyword];
    if (value === undefined || value === "" || value === false) continue;
    if (Array.isArray(value) && value.length === 0) continue;
    if (keyword === "type" && exempt.has(schema)) continue;
    errors.push(forbidden(path.child(keyword), `must be ${wanted} to be structural`));
  }
  if (schema.properties?.["metadata"])
    errors.push(forbidden(path.child("properties").key("metadata"), "must not be specified in a nested context"));
}
