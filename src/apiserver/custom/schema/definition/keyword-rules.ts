/** Which keywords a definition's schema may use at all, and how each may be used. */
import { type FieldError, forbidden, invalid, notSupported } from "../../../validation/field-error.ts";
import type { FieldPath } from "../../../validation/field-path.ts";
import { isSchema, type JsonSchema } from "../structural-node.ts";
import { goPattern, goSyntaxError } from "../validate/go-pattern.ts";
import { listAndMapErrors } from "./list-and-map-rules.ts";

const types = ["array", "boolean", "integer", "number", "object", "string"];
export const ownFields: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata"]);

/** What holds at a place because of where it is. */
interface Surroundings {
  readonly root: boolean;
  readonly insideMetadata: boolean;
  /** Why there may be no default: `in top-level metadata`. */
  readonly noDefaults?: string;
}

export function keywordErrors(schema: JsonSchema, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  visit(schema, path, { root: true, insideMetadata: false }, errors);
  return errors;
}

function visit(schema: JsonSchema, path: FieldPath, around: Surroundings, errors: FieldError[]): void {
  errors.push(...ownErrors(schema, path, around), ...listAndMapErrors(schema, path));
  const below = { ...around, root: false };
  const inside = (inner: JsonSchema | undefined, at: FieldPath) => inner && visit(inner, at, below, errors);
  const each = (list: readonly JsonSchema[] | undefined, at: FieldPath) =>
    list?.forEach((inner, position) => void inside(inner, at.index(position)));
  if (isSchema(schema.additionalProperties)) inside(schema.additionalProperties, path.child("additionalProperties"));
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    visit(property, path.child("properties").key(name), surroundings(name, schema, around), errors);
  for (const [name, property] of Object.entries(schema.patternProperties ?? {}))
    inside(property, path.child("patternProperties").key(name));
  if (isSchema(schema.additionalItems)) inside(schema.additionalItems, path.child("additionalItems"));
  inside(schema.not, path.child("not"));
  for (const keyword of ["allOf", "oneOf", "anyOf"] as const) each(schema[keyword], path.child(keyword));
  for (const [name, inner] of Object.entries(schema.definitions ?? {}))
    inside(inner, path.child("definitions").key(name));
  if (isSchema(schema.items)) inside(schema.items, path.child("items"));
  else if (Array.isArray(schema.items)) each(schema.items as JsonSchema[], path.child("items"));
}

/** apiVersion, kind and metadata belong to the server: their schemas can restrict little, and default nothing. */
function surroundings(name: string, parent: JsonSchema, around: Surroundings): Surroundings {
  if ((!around.root && !parent["x-kubernetes-embedded-resource"]) || !ownFields.has(name))
    return { ...around, root: false };
  return {
    root: false,
    insideMetadata: true,
    ...((around.root && { noDefaults: `in top-level ${name}` }) ||
      (around.noDefaults && { noDefaults: around.noDefaults })),
  };
}

const unsupported = ["id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref"] as const;

function ownErrors(schema: JsonSchema, path: FieldPath, around: Surroundings): FieldError[] {
  const errors: FieldError[] = [];
  const no = (keyword: string, why: string) => errors.push(forbidden(path.child(keyword), why));
  if (around.noDefaults && schema.default !== undefined) no("default", `must not be set ${around.noDefaults}`);
  if (schema["$schema"] !== undefined) errors.push(invalid(path, "", "OpenAPIV3Schema 'schema' is not supported"));
  for (const keyword of unsupported) if (schema[keyword] !== undefined) no(keyword, `${keyword} is not supported`);
  errors.push(...typeErrors(schema, path));
  if (Array.isArray(schema.items)) no("items", "items must be a schema object and not an array");
  if (around.insideMetadata && schema["x-kubernetes-embedded-resource"])
    no("x-kubernetes-embedded-resource", "must not be used inside of resource meta");
  errors.push(...patternErrors(schema, path));
  if (schema.uniqueItems)
    no("uniqueItems", "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
  if (schema.additionalProperties !== undefined && Object.keys(schema.properties ?? {}).length > 0)
    no("additionalProperties", "additionalProperties and properties are mutual exclusive");
  if (schema["x-kubernetes-preserve-unknown-fields"] === false)
    errors.push(invalid(path.child("x-kubernetes-preserve-unknown-fields"), false, "must be true or undefined"));
  return errors;
}

function typeErrors({ type }: JsonSchema, path: FieldPath): FieldError[] {
  if (!type || types.includes(type)) return [];
  if (type === "null")
    return [forbidden(path.child("type"), "type cannot be set to null, use nullable as an alternative")];
  return [notSupported(path.child("type"), type, types)];
}

function patternErrors({ pattern }: JsonSchema, path: FieldPath): FieldError[] {
  if (!pattern) return [];
  try {
    goPattern(pattern);
    return [];
  } catch (error) {
    const why = goSyntaxError(pattern) ?? (error instanceof Error ? error.message : String(error));
    const text = `must be a valid regular expression, but isn't: error parsing regexp: ${why}`;
    return [invalid(path.child("pattern"), pattern, text)];
  }
}
