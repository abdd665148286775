/**
 * A schema as pruning, defaults, list types and embedded objects need it: prepared once from the JSON schema of a definition, so that objects
 * are walked along it without asking what a keyword means.
 */
import type { apiextensionsv1 } from "../../../api/mod.ts";

export type JsonSchema = apiextensionsv1.JSONSchemaProps;
export type JsonObject = { [key: string]: unknown };

export interface StructuralNode {
  readonly properties: ReadonlyMap<string, StructuralNode>;
  /** Members beside the declared ones: undefined where there may be none, `any` where their shape is not said. */
  readonly additional: StructuralNode | "any" | undefined;
  readonly items: StructuralNode | undefined;
  readonly preservesUnknown: boolean;
  /** The value is an object of its own, with apiVersion, kind and metadata. */
  readonly embedded: boolean;
  readonly nullable: boolean;
  /** Undefined: none. */
  readonly default: unknown;
  readonly listType: "atomic" | "set" | "map";
  readonly listMapKeys: readonly string[];
  /** What occurs here or further down: walks leave out what they have no business in. */
  readonly holds: { readonly defaults: boolean; readonly embedded: boolean; readonly uniqueLists: boolean };
}

const none: ReadonlyMap<string, StructuralNode> = new Map();

export function structuralNode(schema: JsonSchema): StructuralNode {
  const properties = schema.properties
    ? new Map(Object.entries(schema.properties).map(([name, property]) => [name, structuralNode(property)]))
    : none;
  const additional = additionalOf(schema);
  const items = isSchema(schema.items) ? structuralNode(schema.items) : undefined;
  const listType = listTypeOf(schema);
  const below = [...properties.values()];
  if (additional && additional !== "any") below.push(additional);
  if (items) below.push(items);
  const embedded = schema["x-kubernetes-embedded-resource"] === true;
  return {
    properties,
    additional,
    items,
    preservesUnknown: schema["x-kubernetes-preserve-unknown-fields"] === true,
    embedded,
    nullable: schema.nullable === true,
    default: schema.default,
    listType,
    listMapKeys: schema["x-kubernetes-list-map-keys"] ?? [],
    holds: {
      // A null where there must be none goes before defaults are set, so every member counts.
      defaults: schema.default !== undefined || properties.size > 0 || below.some(({ holds }) => holds.defaults),
      embedded: embedded || below.some(({ holds }) => holds.embedded),
      uniqueLists: listType !== "atomic" || below.some(({ holds }) => holds.uniqueLists),
    },
  };
}

/** Not a list of schemas and not a boolean, which some keywords may be as well. */
export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function additionalOf({ additionalProperties }: JsonSchema): StructuralNode | "any" | undefined {
  if (isSchema(additionalProperties)) return structuralNode(additionalProperties);
  return additionalProperties === true ? "any" : undefined;
}

function listTypeOf(schema: JsonSchema): "atomic" | "set" | "map" {
  const declared = schema["x-kubernetes-list-type"];
  return declared === "set" || declared === "map" ? declared : "atomic";
}

/** The node of one member; undefined where the schema does not know it. */
export function memberNode(node: StructuralNode, name: string): StructuralNode | undefined {
  const declared = node.properties.get(name);
  if (declared) return declared;
  return node.additional === "any" ? undefined : node.additional;
}
