/** Whether a value is as it was: items of keyed lists may have changed places, nothing else. */
import { isDeepStrictEqual } from "node:util";
import { isSchema, type JsonSchema } from "../schema/json-schema.ts";

type Same = (value: unknown, old: unknown) => boolean;
type Fields = Readonly<Record<string, unknown>>;

export function sameValue(schema: JsonSchema): Same {
  if (!hasKeyedLists(schema)) return isDeepStrictEqual;
  return (value, old) => isDeepStrictEqual(value, old) || same(schema, value, old);
}

function hasKeyedLists(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(hasKeyedLists);
  return (value as JsonSchema)["x-kubernetes-list-type"] === "map" || Object.values(value).some(hasKeyedLists);
}

function same(schema: JsonSchema | undefined, value: unknown, old: unknown): boolean {
  if (schema && Array.isArray(value) && Array.isArray(old)) return sameItems(schema, value, old);
  if (schema && isFields(value) && isFields(old)) return sameMembers(schema, value, old);
  return isDeepStrictEqual(value, old);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sameMembers(schema: JsonSchema, value: Fields, old: Fields): boolean {
  const names = Object.keys(value);
  if (names.length !== Object.keys(old).length) return false;
  const { properties, additionalProperties } = schema;
  const others = isSchema(additionalProperties) ? additionalProperties : undefined;
  return names.every((name) => Object.hasOwn(old, name) && same(properties?.[name] ?? others, value[name], old[name]));
}

function sameItems(schema: JsonSchema, value: readonly unknown[], old: readonly unknown[]): boolean {
  const keys = schema["x-kubernetes-list-type"] === "map" ? schema["x-kubernetes-list-map-keys"] : undefined;
  const { items } = schema;
  if (!keys || !isSchema(items)) return isDeepStrictEqual(value, old);
  if (value.length !== old.length) return false;
  const keyOf = (item: Fields) => JSON.stringify(keys.map((key) => item[key]));
  const before = new Map(old.filter(isFields).map((item) => [keyOf(item), item]));
  return value.every((item) => isFields(item) && same(items, item, before.get(keyOf(item))));
}
