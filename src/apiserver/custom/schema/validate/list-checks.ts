import { deepEqual, isObject } from "../../../apply/type-rules.ts";
import { tooMany } from "../../../validation/field-error.ts";
import { isSchema, type JsonSchema } from "../structural-node.ts";
import type { Check } from "./validation.ts";

/** Items, minItems, maxItems, uniqueItems. */
export function listChecks(schema: JsonSchema, compile: (schema: JsonSchema) => Check): readonly Check[] {
  const checks: Check[] = [];
  if (isSchema(schema.items)) checks.push(itemsCheck(compile(schema.items), schema));
  const { minItems, maxItems } = schema;
  if (minItems !== undefined)
    checks.push((value, _old, run) => {
      const { length } = value as unknown[];
      if (length < minItems) run.broken(length, `should have at least ${minItems} items`);
    });
  if (maxItems !== undefined)
    checks.push((value, _old, run) => {
      const { length } = value as unknown[];
      if (length > maxItems) run.fail(() => tooMany(run.place.path(), length, maxItems));
    });
  if (schema.uniqueItems)
    checks.push((value, _old, run) => {
      if (hasDuplicates(value as unknown[])) run.broken("", "shouldn't contain duplicates");
    });
  return checks;
}

function itemsCheck(check: Check, schema: JsonSchema): Check {
  const keys = schema["x-kubernetes-list-type"] === "map" ? (schema["x-kubernetes-list-map-keys"] ?? []) : [];
  return (value, old, run) => {
    const before = keys.length > 0 && Array.isArray(old) ? itemsByKey(old, keys) : undefined;
    for (const [position, item] of (value as unknown[]).entries()) {
      run.place.enter(position);
      check(item, before && isObject(item) ? before.get(keyOf(item, keys)) : undefined, run);
      run.place.leave();
    }
  };
}

/** Items of a list with keys are the same ones wherever they stand. */
function itemsByKey(list: readonly unknown[], keys: readonly string[]): Map<string, unknown> {
  return new Map(list.filter(isObject).map((item) => [keyOf(item, keys), item]));
}

function keyOf(item: Record<string, unknown>, keys: readonly string[]): string {
  return JSON.stringify(keys.map((key) => item[key] ?? null));
}

function hasDuplicates(list: readonly unknown[]): boolean {
  return list.some((item, position) => list.slice(0, position).some((other) => deepEqual(item, other)));
}
