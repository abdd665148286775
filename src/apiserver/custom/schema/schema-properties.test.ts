/** What holds for every schema and every object. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { clone } from "../../../api/mod.ts";
import { field } from "../../validation/field-path.ts";
import { compileSchema } from "./compile-schema.ts";
import { validateDefinitionSchema } from "./definition/validate-definition-schema.ts";
import type { JsonSchema } from "./structural-node.ts";

const name = fc.constantFrom("a", "b", "c", "__proto__", "constructor");
const flag = fc.boolean();

/** Assigns as JSON does: `__proto__` is a name like any other. */
const record = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc.array(fc.tuple(name, values), { maxLength: 3 }).map((entries) => Object.fromEntries(entries));

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(null, 0, 1.5, 7, true, "", "x"),
    record(tie("value")),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
}));

const scalar: fc.Arbitrary<JsonSchema> = fc.oneof(
  fc.record({ nullable: flag, minLength: fc.constantFrom(0, 1) }).map((rest) => ({ type: "string", ...rest })),
  fc.record({ default: fc.constantFrom("", "x") }).map((rest) => ({ type: "string", ...rest })),
  fc.record({ maximum: fc.constantFrom(1, 7) }).map((rest) => ({ type: "integer", default: 1, ...rest })),
  fc.constant({ "x-kubernetes-int-or-string": true }),
  fc.constant({ type: "object", "x-kubernetes-preserve-unknown-fields": true }),
);

const { schema } = fc.letrec<{ schema: JsonSchema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    fc
      .record({
        properties: record(tie("schema")),
        open: flag,
        nullable: flag,
        required: fc.array(name, { maxLength: 1 }),
      })
      .map(({ properties, open, nullable, required }) => ({
        type: "object",
        properties,
        ...(nullable && { nullable }),
        ...(open && { "x-kubernetes-preserve-unknown-fields": true }),
        // What is required without being specified is pruned, and missing then.
        required: required.filter((one) => Object.hasOwn(properties, one)),
      })),
    tie("schema").map((additionalProperties) => ({
      type: "object",
      additionalProperties: additionalProperties as JsonSchema,
    })),
    fc.record({ items: tie("schema"), set: flag }).map(({ items, set }) => ({
      type: "array",
      items: items as JsonSchema,
      ...(set && (items as JsonSchema).type === "string" && { "x-kubernetes-list-type": "set" }),
    })),
  ),
}));

const root = schema.map((spec): JsonSchema => ({ type: "object", properties: { spec } }));
const object = value.map((spec) => ({ apiVersion: "a.b/v1", kind: "A", metadata: {}, spec }));
const runs = { numRuns: 300 };

test("what is pruned once has nothing left to prune", () => {
  fc.assert(
    fc.property(root, object, (source, original) => {
      const pruned = clone(original);
      compileSchema(source).prune(pruned);
      const again = clone(pruned);
      assert.deepEqual(compileSchema(source).prune(again), []);
      assert.deepEqual(again, pruned);
    }),
    runs,
  );
});

test("defaults that are set once are set", () => {
  fc.assert(
    fc.property(root, object, (source, original) => {
      const complete = clone(original);
      compileSchema(source).applyDefaults(complete);
      const again = clone(complete);
      compileSchema(source).applyDefaults(again);
      assert.deepEqual(again, complete);
    }),
    runs,
  );
});

test("a valid object stays valid when it is pruned and completed", () => {
  fc.assert(
    fc.property(root, object, (source, original) => {
      fc.pre(validateDefinitionSchema(source, field("schema"), { statusSubresource: false }).length === 0);
      const compiled = compileSchema(source);
      fc.pre(compiled.validate(original).length === 0);
      const settled = clone(original);
      compiled.prune(settled);
      compiled.applyDefaults(settled);
      assert.deepEqual(compiled.validate(settled), []);
    }),
    runs,
  );
});
