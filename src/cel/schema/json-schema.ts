/** The schema of a custom resource as a type for the checker and a shape for the values. */
import type { apiextensionsv1 } from "../../api/mod.ts";
import type { Type } from "../checker/types.ts";
import * as types from "../checker/types.ts";
import { dynShape, type PropertyShape, type Shape } from "../values/data.ts";
import type { ListSemantics } from "../values/value.ts";
import { escapeName } from "./escape.ts";
import { mostCharacters, mostEntries, mostItems, mostOfAnything } from "./limits.ts";

export type JsonSchema = apiextensionsv1.JSONSchemaProps;

export interface Declared {
  readonly type: Type;
  readonly shape: Shape;
}

const text: JsonSchema = { type: "string" };
const rootProperties: Readonly<Record<string, JsonSchema>> = {
  apiVersion: text,
  kind: text,
  metadata: { type: "object", properties: { name: text, generateName: text } },
};

/** Not a list of schemas and not a boolean. */
export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whole objects of Kubernetes offer their kind and their names, whatever the schema says of metadata. */
export function withObjectMeta(schema: JsonSchema): JsonSchema {
  return { ...schema, type: "object", properties: { ...schema.properties, ...rootProperties } };
}

/** Nothing where the schema says too little for expressions to look inside. `name` is the type's own where it is an object. */
export function declare(schema: JsonSchema, name: string): Declared | undefined {
  if (schema["x-kubernetes-int-or-string"]) return { type: { ...types.dyn, maximum: mostOfAnything }, shape: dynShape };
  switch (schema.type) {
    case "array":
      return declareList(schema, name);
    case "object":
      return declareObject(schema["x-kubernetes-embedded-resource"] ? withObjectMeta(schema) : schema, name);
    case "string":
      return declareText(schema);
    case "boolean":
      return { type: types.bool, shape: { kind: "bool" } };
    case "integer":
      return { type: types.int, shape: { kind: "int" } };
    case "number":
      return { type: types.double, shape: { kind: "double" } };
    default:
      return undefined;
  }
}

function declareText(schema: JsonSchema): Declared {
  const maximum = mostCharacters(schema);
  switch (schema.format) {
    case "byte":
      return { type: { ...types.bytes, maximum }, shape: { kind: "bytes" } };
    case "duration":
      return { type: types.duration, shape: { kind: "duration" } };
    case "date":
    case "date-time":
    case "datetime":
      return { type: types.timestamp, shape: { kind: "timestamp" } };
    default:
      return { type: { ...types.string, maximum }, shape: { kind: "string" } };
  }
}

function declareList(schema: JsonSchema, name: string): Declared | undefined {
  if (!isSchema(schema.items)) return undefined;
  const item = declare(schema.items, `${name}.@idx`);
  if (!item) return undefined;
  const semantics = semanticsOf(schema);
  return {
    type: { ...types.listOf(item.type), maximum: mostItems(schema, schema.items) },
    shape: { kind: "list", item: item.shape, ...(semantics && { semantics }) },
  };
}

function semanticsOf(schema: JsonSchema): ListSemantics | undefined {
  const type = schema["x-kubernetes-list-type"];
  if (type === "set") return { type };
  return type === "map" ? { type, keys: schema["x-kubernetes-list-map-keys"] ?? [] } : undefined;
}

/** Upstream reckons with nothing for the names of entries. */
const key: Type = { ...types.string, maximum: 0 };

function declareObject(schema: JsonSchema, name: string): Declared | undefined {
  if (isSchema(schema.additionalProperties)) {
    const value = declare(schema.additionalProperties, `${name}.@elem`);
    if (!value) return undefined;
    const maximum = mostEntries(schema, schema.additionalProperties);
    return {
      type: { ...types.mapOf(key, value.type), maximum },
      shape: { kind: "map", value: value.shape },
    };
  }
  const fields = new Map<string, Type>();
  const properties = new Map<string, PropertyShape>();
  for (const [property, inner] of Object.entries(schema.properties ?? {})) {
    const escaped = escapeName(property);
    const declared = escaped === undefined ? undefined : declare(inner, `${name}.${property}`);
    if (!declared || escaped === undefined) continue;
    fields.set(escaped, declared.type);
    properties.set(escaped, { name: property, shape: declared.shape });
  }
  return { type: types.objectOf(name, () => fields), shape: { kind: "object", typeName: name, properties } };
}
