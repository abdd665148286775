/** One JSON schema in the two dialects of OpenAPI. v2 (Swagger) knows no alternatives and no null, and its readers are strict. */
import type { OpenApiNode } from "../../../api/mod.ts";
import { isSchema, type JsonSchema } from "./structural-node.ts";

export type Dialect = "v2" | "v3";

/** Keywords that are published as they are, in both dialects. */
const plain: readonly (keyof JsonSchema)[] = [
  "description",
  "type",
  "title",
  "default",
  "format",
  "maximum",
  "exclusiveMaximum",
  "minimum",
  "exclusiveMinimum",
  "maxLength",
  "minLength",
  "pattern",
  "maxItems",
  "minItems",
  "uniqueItems",
  "multipleOf",
  "enum",
  "maxProperties",
  "minProperties",
  "required",
  "x-kubernetes-preserve-unknown-fields",
  "x-kubernetes-embedded-resource",
  "x-kubernetes-int-or-string",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-list-type",
  "x-kubernetes-map-type",
  "x-kubernetes-validations",
];

/** Adds to the properties of an embedded object what every object has. */
type Complete = (properties: OpenApiNode) => OpenApiNode;

export function publishedNode(dialect: Dialect, schema: JsonSchema, complete: Complete): OpenApiNode {
  const node: OpenApiNode = {};
  for (const keyword of plain) if (isSaid(schema[keyword])) node[keyword] = schema[keyword];
  const inner = (one: JsonSchema) => publishedNode(dialect, one, complete);
  const nullable = schema.nullable === true;
  if (dialect === "v2" && nullable) {
    // There is no way to say null: anything goes.
    delete node["type"];
    delete node["format"];
    return node;
  }
  if (nullable) node["nullable"] = true;
  if (schema.properties) node["properties"] = mapValues(schema.properties, inner);
  if (isSchema(schema.items)) node["items"] = inner(schema.items);
  const { additionalProperties } = schema;
  if (additionalProperties !== undefined)
    node["additionalProperties"] = isSchema(additionalProperties) ? inner(additionalProperties) : additionalProperties;
  if (schema["x-kubernetes-embedded-resource"])
    node["properties"] = complete((node["properties"] ?? {}) as OpenApiNode);
  if (dialect === "v3") Object.assign(node, alternatives(schema, inner));
  return node;
}

function alternatives(schema: JsonSchema, inner: (one: JsonSchema) => OpenApiNode): OpenApiNode {
  const node: OpenApiNode = {};
  for (const keyword of ["allOf", "anyOf", "oneOf"] as const)
    if (schema[keyword]?.length) node[keyword] = schema[keyword].map(inner);
  if (schema.not) node["not"] = inner(schema.not);
  return node;
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== false && value !== "" && !(Array.isArray(value) && value.length === 0);
}

function mapValues(map: Readonly<Record<string, JsonSchema>>, make: (one: JsonSchema) => OpenApiNode): OpenApiNode {
  return Object.fromEntries(Object.entries(map).map(([name, one]) => [name, make(one)]));
}
