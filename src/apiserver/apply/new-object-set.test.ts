import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { appsv1, corev1, decodeJson } from "../../api/mod.ts";
import { compare, nothing } from "./compare.ts";
import { union } from "./field-set.ts";
import { ignoredFields, resetStatus, setOfPaths } from "./ignored-fields.ts";
import { isSimple, newObjectSet } from "./new-object-set.ts";
import { rulesFromSchema } from "./rules-from-schema.ts";
import { SetChain } from "./set-chain.ts";
import type { JsonObject, StructRules, TypeRules } from "./type-rules.ts";

const scalar = fc.constantFrom("", "a", "b", 0, 1, false, true);

/** Values that fit the rules mostly, with the odd null and the odd value of another shape. */
function randomValue(rules: TypeRules, depth: number): fc.Arbitrary<unknown> {
  if (depth === 0 || rules.kind === "scalar" || rules.kind === "deduced") return scalar;
  const inner =
    rules.kind === "struct"
      ? randomObject(rules, depth)
      : rules.kind === "list"
        ? fc.array(randomValue(rules.item, depth - 1), { maxLength: 3 })
        : fc.dictionary(fc.constantFrom("x", "y", "z"), randomValue(rules.value, depth - 1));
  return fc.oneof({ weight: 20, arbitrary: inner }, { weight: 1, arbitrary: fc.constantFrom(null, {}, [], "a") });
}

function randomObject({ fields }: StructRules, depth: number): fc.Arbitrary<JsonObject> {
  const names = [...fields.keys()];
  const member = fc.constantFrom(...names).chain((name) => {
    return randomValue(fields.get(name)!.type, depth - 1).map((value) => [name, value] as const);
  });
  return fc.array(member, { maxLength: 6 }).map((entries) => Object.fromEntries(entries));
}

for (const [name, schema] of Object.entries({
  Pod: corev1.pod,
  Deployment: appsv1.deployment,
  Service: corev1.service,
}))
  test(`the maker of a ${name} owns what a comparison with nothing adds and modifies, in the same order`, () => {
    const rules = rulesFromSchema(schema);
    const ignore = ignoredFields(resetStatus);
    fc.assert(
      fc.property(randomObject(rules, 5), fc.boolean(), (object, named) => {
        const whole = named ? { ...object, metadata: { name: "a", labels: { a: "b" } }, other: 1 } : object;
        const changes = compare(rules, nothing, whole, ignore);
        const expected = changes ? SetChain.of(union(changes.added, changes.modified)).set : {};
        assert.equal(JSON.stringify(newObjectSet(rules, whole, ignore)), JSON.stringify(expected));
      }),
      { numRuns: 500, seed: 1 },
    );
  });

test("a required list that was sent with nothing in it is owned, one that was not sent is not", () => {
  const owned = (spec: string) => {
    const text = `{"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "a"}, "spec": ${spec}}`;
    const object = decodeJson(corev1.limitRange, text) as unknown as JsonObject;
    return newObjectSet(rulesFromSchema(corev1.limitRange), object, ignoredFields(resetStatus))["f:spec"];
  };
  assert.deepEqual(owned('{"limits": []}'), { "f:limits": {} });
  assert.equal(owned('{"limits": null}'), undefined);
  assert.equal(owned("{}"), undefined);
});

test("ignored parts of fields beside the metadata are left to the comparison", () => {
  assert.equal(isSimple(ignoredFields(resetStatus)), true);
  assert.equal(isSimple(ignoredFields(setOfPaths([["spec", "replicas"]]))), false);
});
