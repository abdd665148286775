/** `x-kubernetes-list-type`, `x-kubernetes-list-map-keys`, `x-kubernetes-map-type`: how lists and maps merge. */
import { type FieldError, forbidden, invalid, notSupported, required } from "../../../validation/field-error.ts";
import type { FieldPath } from "../../../validation/field-path.ts";
import { isSchema, type JsonSchema } from "../structural-node.ts";

const listTypes = ["atomic", "set", "map"];
const mapTypes = ["atomic", "granular"];

export function listAndMapErrors(schema: JsonSchema, path: FieldPath): FieldError[] {
  return [...mapTypeErrors(schema, path), ...listTypeErrors(schema, path), ...keysErrors(schema, path)];
}

function mapTypeErrors(schema: JsonSchema, path: FieldPath): FieldError[] {
  const mapType = schema["x-kubernetes-map-type"];
  if (mapType === undefined) return [];
  const errors = mustBe("object", "x-kubernetes-map-type", schema, path);
  if (!mapTypes.includes(mapType)) errors.push(notSupported(path.child("x-kubernetes-map-type"), mapType, mapTypes));
  return errors;
}

function mustBe(type: string, keyword: string, schema: JsonSchema, path: FieldPath): FieldError[] {
  if (schema.type === type) return [];
  const text = `must be ${type} if ${keyword} is specified`;
  return [schema.type ? invalid(path.child("type"), schema.type, text) : required(path.child("type"), text)];
}

function listTypeErrors(schema: JsonSchema, path: FieldPath): FieldError[] {
  const listType = schema["x-kubernetes-list-type"];
  if (listType === undefined) return [];
  const errors = mustBe("array", "x-kubernetes-list-type", schema, path);
  const at = path.child("x-kubernetes-list-type");
  if (!listTypes.includes(listType)) errors.push(notSupported(at, listType, listTypes));
  const { items } = schema;
  if (!isSchema(items)) return errors;
  if ((listType === "set" || listType === "map") && items.nullable)
    errors.push(
      forbidden(path.child("items", "nullable"), `cannot be nullable when x-kubernetes-list-type is ${listType}`),
    );
  return listType === "set" ? [...errors, ...setErrors(items, path.child("items"))] : errors;
}

/** Items of sets are told apart whole, so they must merge whole. */
function setErrors(items: JsonSchema, path: FieldPath): FieldError[] {
  const text = "must be atomic as item of a list with x-kubernetes-list-type=set";
  const mapType = items["x-kubernetes-map-type"];
  if (items.type === "object" && mapType !== "atomic")
    return [invalid(path.child("x-kubernetes-map-type"), mapType, text)];
  const listType = items["x-kubernetes-list-type"];
  if (items.type === "array" && listType !== undefined && listType !== "atomic")
    return [forbidden(path.child("x-kubernetes-list-type"), text)];
  return [];
}

function keysErrors(schema: JsonSchema, path: FieldPath): FieldError[] {
  const listType = schema["x-kubernetes-list-type"];
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  if (listType !== "map") {
    const text = "must be map if x-kubernetes-list-map-keys is non-empty";
    const at = path.child("x-kubernetes-list-type");
    if (keys.length === 0) return [];
    return [listType === undefined ? required(at, text) : invalid(at, listType, text)];
  }
  const errors: FieldError[] = [];
  if (keys.length === 0)
    errors.push(
      required(path.child("x-kubernetes-list-map-keys"), "must not be empty if x-kubernetes-list-type is map"),
    );
  const { items } = schema;
  const at = path.child("items");
  if (items === undefined) errors.push(required(at, "must have a schema if x-kubernetes-list-type is map"));
  else if (!isSchema(items))
    errors.push(invalid(at, items, "must only have a single schema if x-kubernetes-list-type is map"));
  else errors.push(...keyedItemErrors(items, keys, path));
  return errors;
}

function keyedItemErrors(items: JsonSchema, keys: readonly string[], path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const at = path.child("items");
  if (items.type !== "object")
    errors.push(
      invalid(at.child("type"), items.type ?? "", "must be object if parent array's x-kubernetes-list-type is map"),
    );
  const atKeys = path.child("x-kubernetes-list-map-keys");
  for (const [position, key] of keys.entries()) {
    const property = items.properties?.[key];
    if (!property) errors.push(invalid(atKeys, keys, "entries must all be names of item properties"));
    else errors.push(...keyErrors(key, property, items, at));
    if (keys.indexOf(key) < position) errors.push(invalid(atKeys, keys, "must not contain duplicate entries"));
  }
  return errors;
}

function keyErrors(key: string, property: JsonSchema, items: JsonSchema, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const at = path.child("properties").key(key);
  const reason = "this property is in x-kubernetes-list-map-keys, so it";
  if (property.type === "array" || property.type === "object")
    errors.push(
      invalid(
        at.child("type"),
        items.type ?? "",
        "must be a scalar type if parent array's x-kubernetes-list-type is map",
      ),
    );
  if (!items.required?.includes(key) && property.default === undefined)
    errors.push(required(at.child("default"), `${reason} must have a default or be a required property`));
  if (property.nullable) errors.push(forbidden(at.child("nullable"), `${reason} cannot be nullable`));
  return errors;
}
