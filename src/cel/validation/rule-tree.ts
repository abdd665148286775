/** The rules of a schema where they stand in it; branches without rules are left out. */
import * as types from "../checker/types.ts";
import { declare, isSchema, type JsonSchema, withObjectMeta } from "../schema/json-schema.ts";
import { dynShape, type Shape } from "../values/data.ts";
import { type CompiledRule, compileRule } from "./compiled-rule.ts";
import { sameValue } from "./same-value.ts";

export interface RuleNode {
  readonly schema: JsonSchema;
  readonly shape: Shape;
  readonly rules: readonly CompiledRule[];
  /** Whether a value is as it was. */
  readonly same: (value: unknown, old: unknown) => boolean;
  readonly properties: ReadonlyMap<string, RuleNode>;
  readonly additional: RuleNode | undefined;
  readonly items: RuleNode | undefined;
  /** Keys by which items of the list are found again in the old object; nothing where they are not. */
  readonly itemKeys: readonly string[] | undefined;
}

export interface Place {
  /** In the definition: `spec.validation.openAPIV3Schema.properties[spec]`. */
  readonly path: string;
  /** How many values can stand here at most; default 1, infinite where nothing bounds the lists and maps around. */
  readonly cardinality?: number;
  /** The nearest list around whose items cannot be found again. */
  readonly uncorrelatable?: string;
}

/** Told of every node that has rules, as they are compiled. */
export type Visit = (node: RuleNode, place: Place) => void;

/** Nothing where neither the schema nor anything in it has rules. */
export function ruleTree(schema: JsonSchema, place: Place, isRoot: boolean, visit?: Visit): RuleNode | undefined {
  const properties = propertyNodes(schema, place, visit);
  const additional = isSchema(schema.additionalProperties)
    ? ruleTree(schema.additionalProperties, within(place, "additionalProperties", schema.maxProperties), false, visit)
    : undefined;
  const itemKeys = schema["x-kubernetes-list-type"] === "map" ? schema["x-kubernetes-list-map-keys"] : undefined;
  const items = isSchema(schema.items)
    ? itemNode(schema.items, place, { most: schema.maxItems, found: itemKeys !== undefined }, visit)
    : undefined;
  const written = schema["x-kubernetes-validations"] ?? [];
  if (written.length === 0 && properties.size === 0 && !additional && !items) return undefined;
  const declared = written.length > 0 ? declare(isRoot ? withObjectMeta(schema) : schema, "object") : undefined;
  const rules = written.map((rule) => compileRule(rule, declared?.type ?? types.dyn));
  const shape = declared?.shape ?? dynShape;
  const same = sameValue(schema);
  const node: RuleNode = { schema, shape, rules, same, properties, additional, items, itemKeys };
  if (rules.length > 0) visit?.(node, place);
  return node;
}

function propertyNodes(schema: JsonSchema, place: Place, visit: Visit | undefined): Map<string, RuleNode> {
  const nodes = new Map<string, RuleNode>();
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const node = ruleTree(property, { ...place, path: `${place.path}.properties[${name}]` }, false, visit);
    if (node) nodes.set(name, node);
  }
  return nodes;
}

interface ListFacts {
  readonly most: number | undefined;
  /** Items are found again by their keys. */
  readonly found: boolean;
}

function itemNode(
  schema: JsonSchema,
  place: Place,
  { most, found }: ListFacts,
  visit: Visit | undefined,
): RuleNode | undefined {
  const uncorrelatable = place.uncorrelatable ?? (found ? undefined : place.path);
  const inner = within(place, "items", most);
  return ruleTree(schema, { ...inner, ...(uncorrelatable !== undefined && { uncorrelatable }) }, false, visit);
}

function within(place: Place, name: string, most = Number.POSITIVE_INFINITY): Place {
  return { ...place, path: `${place.path}.${name}`, cardinality: (place.cardinality ?? 1) * most };
}
