import assert from "node:assert/strict";
import { test } from "node:test";
import { field } from "../../../validation/field-path.ts";
import type { JsonSchema } from "../structural-node.ts";
import { validateDefinitionSchema } from "./validate-definition-schema.ts";

const at = field("schema");

function problems(spec: JsonSchema, statusSubresource = false): string[] {
  const schema: JsonSchema = { type: "object", properties: { spec } };
  return validateDefinitionSchema(schema, at, { statusSubresource }).map(({ field: where, message }) => {
    return `${where.replace("schema.properties[spec]", "")}: ${message}`;
  });
}

const cases: readonly (readonly [JsonSchema, string[]])[] = [
  [{ type: "object" }, []],
  [{}, [".type: Required value: must not be empty for specified object fields"]],
  [{ type: "array" }, [".items: Required value: must be specified"]],
  [
    { type: "object", properties: { a: { type: "string", default: 1 } } },
    ['.properties[a].default: Invalid value: "integer":  in body must be of type string: "integer"'],
  ],
  [
    { type: "integer", default: 3, "x-kubernetes-validations": [{ rule: "self > 5", message: "too few" }] },
    [".default: Invalid value: 3: too few"],
  ],
  [
    { type: "integer", not: { "x-kubernetes-validations": [{ rule: "true" }] } },
    [".not.x-kubernetes-validations: Forbidden: must be empty to be structural"],
  ],
];

test("a definition's schema is told what is wrong with it", () => {
  for (const [schema, expected] of cases) assert.deepEqual(problems(schema), expected, JSON.stringify(schema));
});
