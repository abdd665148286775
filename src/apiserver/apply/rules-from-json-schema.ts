/** Merge rules of custom resources, from the OpenAPI schema of their definition and its `x-kubernetes-` extensions. */
import { metav1 } from "../../api/mod.ts";
import { fieldElement } from "./path-element.ts";
import { listRules, rulesFromSchema } from "./rules-from-schema.ts";
import {
  anyScalar,
  deduced,
  type FieldRules,
  isObject,
  type JsonObject,
  type ListRules,
  type StructRules,
  type TypeRules,
} from "./type-rules.ts";

const typeRules = new WeakMap<JsonObject, TypeRules>();

/** Of the whole object: apiVersion, kind and metadata are those of every kind. Without a schema everything is deduced. */
export function rulesFromJsonSchema(schema: JsonObject | undefined): StructRules {
  const declared = schema ? rulesOf(schema) : deduced;
  const fields = new Map(declared.kind === "struct" ? declared.fields : []);
  for (const name of ["apiVersion", "kind"]) fields.set(name, fieldOf(name, { kind: "scalar", type: "string" }));
  fields.set("metadata", { ...fieldOf("metadata", rulesFromSchema(metav1.objectMeta)), always: true });
  const open = declared.kind !== "struct" || declared.open === true;
  return { kind: "struct", atomic: false, fields, ...(open && { open }) };
}

function fieldOf(name: string, type: TypeRules, value?: FieldRules["default"]): FieldRules {
  return {
    name,
    element: fieldElement(name),
    type,
    always: false,
    default: value,
    patchStrategy: [],
    patchMergeKey: undefined,
  };
}

function rulesOf(schema: JsonObject): TypeRules {
  let rules = typeRules.get(schema);
  if (!rules) {
    rules = compile(schema);
    typeRules.set(schema, rules);
  }
  return rules;
}

function compile(schema: JsonObject): TypeRules {
  if (schema["x-kubernetes-int-or-string"] === true) return anyScalar;
  switch (schema["type"]) {
    case "object":
      return compileObject(schema);
    case "array":
      return compileList(schema);
    case "string":
      return { kind: "scalar", type: "string" };
    case "integer":
    case "number":
      return { kind: "scalar", type: "number" };
    case "boolean":
      return { kind: "scalar", type: "boolean" };
    default:
      return deduced;
  }
}

function compileObject(schema: JsonObject): TypeRules {
  const atomic = schema["x-kubernetes-map-type"] === "atomic";
  const { properties, additionalProperties } = schema;
  if (isObject(additionalProperties)) return { kind: "map", atomic, value: rulesOf(additionalProperties) };
  const open = schema["x-kubernetes-preserve-unknown-fields"] === true || additionalProperties === true;
  if (!isObject(properties))
    return atomic ? anyScalar : open ? deduced : { kind: "map", atomic: false, value: deduced };
  const fields = new Map<string, FieldRules>();
  for (const [name, property] of Object.entries(properties)) {
    if (!isObject(property)) continue;
    const value = property["default"];
    const scalar =
      typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : undefined;
    fields.set(name, fieldOf(name, rulesOf(property), scalar));
  }
  return { kind: "struct", atomic, fields, ...(open && { open: true }) };
}

function compileList(schema: JsonObject): ListRules {
  const item = isObject(schema["items"]) ? rulesOf(schema["items"]) : deduced;
  const declared = schema["x-kubernetes-list-type"];
  const listType = declared === "set" || declared === "map" ? declared : "atomic";
  const keys = schema["x-kubernetes-list-map-keys"];
  return listRules(item, listType, Array.isArray(keys) ? keys.map(String) : []);
}
