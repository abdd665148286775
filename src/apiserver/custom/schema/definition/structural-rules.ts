/** KEP-1753: every place of a schema says its type, outside of allOf, anyOf, oneOf and not, so that objects can be pruned and defaulted by it. */
import { type FieldError, forbidden, invalid, required } from "../../../validation/field-error.ts";
import type { FieldPath } from "../../../validation/field-path.ts";
import { isSchema, type JsonSchema } from "../structural-node.ts";
import { nestedErrors } from "./nested-rules.ts";

type Level = "root" | "item" | "field";

const untyped: Readonly<Record<Level, string>> = {
  root: "must not be empty at the root",
  item: "must not be empty for specified array items",
  field: "must not be empty for specified object fields",
};

/** `path` is that of the schema of the whole object. */
export function structuralErrors(schema: JsonSchema, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  visit(schema, "root", path, errors);
  return errors;
}

function visit(schema: JsonSchema, level: Level, path: FieldPath, errors: FieldError[]): void {
  if (schema.type === "array" && !schema.items) errors.push(required(path.child("items"), "must be specified"));
  if (isSchema(schema.items)) visit(schema.items, "item", path.child("items"), errors);
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    visit(property, "field", path.child("properties").key(name), errors);
  if (isSchema(schema.additionalProperties))
    visit(schema.additionalProperties, "field", path.child("additionalProperties"), errors);
  errors.push(
    ...extensionErrors(schema, path),
    ...nestedErrors(schema, path),
    ...typeErrors(schema, level, path),
    ...resourceErrors(schema, level, path),
  );
}

function extensionErrors(schema: JsonSchema, path: FieldPath): FieldError[] {
  if (!schema["x-kubernetes-int-or-string"]) return [];
  const errors: FieldError[] = [];
  const no = (keyword: "x-kubernetes-preserve-unknown-fields" | "x-kubernetes-embedded-resource") => {
    if (schema[keyword])
      errors.push(invalid(path.child(keyword), true, "must be false if x-kubernetes-int-or-string is true"));
  };
  no("x-kubernetes-preserve-unknown-fields");
  no("x-kubernetes-embedded-resource");
  return errors;
}

function typeErrors(schema: JsonSchema, level: Level, path: FieldPath): FieldError[] {
  const at = path.child("type");
  const { type } = schema;
  if (schema["x-kubernetes-embedded-resource"] && type !== "object") {
    const text = "must be object if x-kubernetes-embedded-resource is true";
    return [type ? invalid(at, type, text) : required(at, text)];
  }
  const open = schema["x-kubernetes-int-or-string"] || schema["x-kubernetes-preserve-unknown-fields"];
  if (!type) return open ? [] : [required(at, untyped[level])];
  return level === "root" && type !== "object" ? [invalid(at, type, "must be object at the root")] : [];
}

/** Rules of places where an object of its own stands: at the root, and where one is embedded. */
function resourceErrors(schema: JsonSchema, level: Level, path: FieldPath): FieldError[] {
  const embedded = schema["x-kubernetes-embedded-resource"] === true;
  if (level !== "root" && !embedded) return [];
  const errors: FieldError[] = [];
  if (schema.additionalProperties !== undefined && schema.additionalProperties !== false)
    errors.push(
      forbidden(
        path.child("additionalProperties"),
        level === "root" ? "must not be used at the root" : "must not be used if x-kubernetes-embedded-resource is set",
      ),
    );
  const { properties = {} } = schema;
  if (embedded && !schema["x-kubernetes-preserve-unknown-fields"] && Object.keys(properties).length === 0) {
    const text =
      "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields";
    errors.push(required(path.child("properties"), text));
  }
  return [...errors, ...ownFieldErrors(properties, path.child("properties"))];
}

function ownFieldErrors(properties: Readonly<Record<string, JsonSchema>>, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const typed = (name: string, type: string) => {
    const found = properties[name];
    if (found && found.type !== type)
      errors.push(invalid(path.key(name).child("type"), found.type ?? "", `must be ${type}`));
  };
  typed("metadata", "object");
  typed("apiVersion", "string");
  typed("kind", "string");
  if (properties["metadata"] && !isPlainMetadata(properties["metadata"]))
    errors.push(
      forbidden(
        path.key("metadata"),
        "must not specify anything other than name and generateName, but metadata is implicitly specified",
      ),
    );
  return errors;
}

/** The server knows the shape of metadata; only names can be restricted further. */
function isPlainMetadata({ properties, ...rest }: JsonSchema): boolean {
  const others = Object.keys(rest).filter((keyword) => !["type", "description", "title"].includes(keyword));
  const restricted = Object.keys(properties ?? {}).filter((name) => name !== "name" && name !== "generateName");
  return others.length === 0 && restricted.length === 0;
}
