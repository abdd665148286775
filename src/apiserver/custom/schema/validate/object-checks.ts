import { isObject } from "../../../apply/type-rules.ts";
import { required, tooMany } from "../../../validation/field-error.ts";
import { isSchema, type JsonObject, type JsonSchema } from "../structural-node.ts";
import type { Check, Validation } from "./validation.ts";

/** The number of members, the members themselves, and those that must be there. A wrong number is the only thing told. */
export function objectChecks(schema: JsonSchema, compile: (schema: JsonSchema) => Check): readonly Check[] {
  const members = membersCheck(schema, compile);
  const { minProperties, maxProperties } = schema;
  if (minProperties === undefined && maxProperties === undefined) return [members];
  return [
    (value, old, run) => {
      const { length } = Object.keys(value as JsonObject);
      if (minProperties !== undefined && length < minProperties)
        run.broken(length, `should have at least ${minProperties} properties`);
      else if (maxProperties !== undefined && length > maxProperties)
        run.fail(() => tooMany(run.place.path(), length, maxProperties));
      else members(value, old, run);
    },
  ];
}

function membersCheck(schema: JsonSchema, compile: (schema: JsonSchema) => Check): Check {
  const known = new Map(Object.entries(schema.properties ?? {}).map(([name, property]) => [name, compile(property)]));
  const additional = isSchema(schema.additionalProperties) ? compile(schema.additionalProperties) : undefined;
  const needed = schema.required ?? [];
  return (value, old, run) => {
    const object = value as JsonObject;
    const before = isObject(old) ? old : undefined;
    for (const name in object) {
      const check = known.get(name) ?? additional;
      if (check) checkMember(check, name, object, before, run);
    }
    for (const name of needed) if (!Object.hasOwn(object, name)) run.fail(() => required(run.place.path(name)));
  };
}

function checkMember(check: Check, name: string, object: JsonObject, before: JsonObject | undefined, run: Validation) {
  run.place.enter(name);
  check(object[name], before && Object.hasOwn(before, name) ? before[name] : undefined, run);
  run.place.leave();
}
