/** KEP-1753: every place of a schema says its type, so that objects can be pruned and defaulted by it. */
import type { apiextensionsv1 } from "../../../api/mod.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";

type Schema = apiextensionsv1.JSONSchemaProps;

const types = ["array", "boolean", "integer", "number", "object", "string"];
const listTypes = ["atomic", "set", "map"];
const mapTypes = ["granular", "atomic"];

export function validateStructuralSchema(schema: Schema, path: FieldPath): FieldError[] {
  if (!schema.type) return [required(path.child("type"), "must not be empty at the root")];
  const errors = validateSchema(schema, path);
  if (schema.type !== undefined && schema.type !== "object")
    errors.push(invalid(path.child("type"), schema.type, "must be object at the root"));
  return errors;
}

function validateSchema(schema: Schema, path: FieldPath): FieldError[] {
  const errors = validateType(schema, path);
  if (schema.uniqueItems)
    errors.push(
      forbidden(
        path.child("uniqueItems"),
        "uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
      ),
    );
  errors.push(...validateExtensions(schema, path));
  if (schema.properties && schema.additionalProperties)
    errors.push(
      forbidden(path.child("additionalProperties"), "additionalProperties and properties are mutual exclusive"),
    );
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    errors.push(...validateSchema(property, path.child("properties").key(name)));
  const additional = schema.additionalProperties;
  if (typeof additional === "object")
    errors.push(...validateSchema(additional as Schema, path.child("additionalProperties")));
  else if (additional === false)
    errors.push(forbidden(path.child("additionalProperties"), "additionalProperties cannot be set to false"));
  const { items } = schema;
  if (Array.isArray(items))
    errors.push(forbidden(path.child("items"), "items must be a schema object and not an array"));
  else if (items) errors.push(...validateSchema(items as Schema, path.child("items")));
  if (schema.$ref !== undefined) errors.push(forbidden(path.child("$ref"), "$ref is not supported"));
  return errors;
}

function validateType(schema: Schema, path: FieldPath): FieldError[] {
  const at = path.child("type");
  if (schema.type === undefined || schema.type === "") {
    const open = schema["x-kubernetes-int-or-string"] || schema["x-kubernetes-preserve-unknown-fields"];
    return open ? [] : [required(at, "must not be empty for specified object fields")];
  }
  const errors = types.includes(schema.type) ? [] : [notSupported(at, schema.type, types)];
  if (schema.type === "array" && !schema.items) errors.push(required(path.child("items"), "must be specified"));
  return errors;
}

function validateExtensions(schema: Schema, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const listType = schema["x-kubernetes-list-type"];
  if (listType !== undefined) {
    if (!listTypes.includes(listType))
      errors.push(notSupported(path.child("x-kubernetes-list-type"), listType, listTypes));
    if (schema.type !== "array")
      errors.push(
        invalid(path.child("type"), schema.type ?? "", "must be array if x-kubernetes-list-type is specified"),
      );
  }
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  if (listType === "map" && keys.length === 0)
    errors.push(
      required(path.child("x-kubernetes-list-map-keys"), "must not be empty if x-kubernetes-list-type is map"),
    );
  if (keys.length > 0 && listType !== "map")
    errors.push(
      invalid(
        path.child("x-kubernetes-list-type"),
        listType ?? "",
        "must be map if x-kubernetes-list-map-keys is non-empty",
      ),
    );
  const mapType = schema["x-kubernetes-map-type"];
  if (mapType !== undefined && !mapTypes.includes(mapType))
    errors.push(notSupported(path.child("x-kubernetes-map-type"), mapType, mapTypes));
  if (schema["x-kubernetes-embedded-resource"] && schema.type !== "object")
    errors.push(
      invalid(path.child("type"), schema.type ?? "", "must be object if x-kubernetes-embedded-resource is true"),
    );
  return errors;
}
