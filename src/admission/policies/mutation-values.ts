/** What expressions of mutating policies make, as JSON. */
import type { JsonPatchOperation } from "../../api/mod.ts";
import { ListValue, MapValue, toJson, type Value } from "../../cel/mod.ts";

/** Throws an Error where a part is of another type than its place says: `Object.foo{…}` under `data`. */
export function configurationOf(value: Value): Record<string, unknown> {
  checkTypeNames(value, "Object");
  return withoutNulls(toJson(value)) as Record<string, unknown>;
}

function checkTypeNames(value: Value, path: string): void {
  if (value instanceof ListValue) for (const item of value) checkTypeNames(item, path);
  if (!(value instanceof MapValue)) return;
  const { typeName } = value;
  if (typeName !== undefined && typeName !== path)
    throw new Error(
      `type mismatch: unexpected type name ${JSON.stringify(typeName)}, expected ${JSON.stringify(path)}, which matches field name path from root Object type`,
    );
  for (const key of value.keys())
    checkTypeNames(value.get(key)!, typeName === undefined ? path : `${path}.${String(key)}`);
}

/** A null is not the absence of a value here: upstream takes it for the number that stands for it on its wire, which fits hardly anywhere. */
function withoutNulls(value: unknown): unknown {
  if (value === null) return 0;
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value as object).map(([key, member]) => [key, withoutNulls(member)]));
}

export function operationsOf(value: Value): readonly JsonPatchOperation[] {
  if (!(value instanceof ListValue)) return [];
  return [...value].map((item) => {
    const operation = toJson(item) as JsonPatchOperation;
    return { ...operation, op: operation.op ?? "", path: operation.path ?? "" };
  });
}
