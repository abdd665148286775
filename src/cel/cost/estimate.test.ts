import assert from "node:assert/strict";
import { test } from "node:test";
import { compileValidationRules } from "../validation/validation-rules.ts";

const text = (maxLength?: number) => ({ type: "string", ...(maxLength !== undefined && { maxLength }) });

/** The rule stands where ten million values may, so that the factor that is told is the cost of one. */
function costOf(rule: string): string | undefined {
  const properties = {
    s: text(40),
    n: { type: "integer" },
    l: { type: "array", maxItems: 7, items: { type: "integer" } },
    m: { type: "object", maxProperties: 4, additionalProperties: text(20) },
  };
  const items = { type: "object", properties, "x-kubernetes-validations": [{ rule }] };
  const schema = { type: "object", properties: { big: { type: "array", maxItems: 10_000_000, items } } };
  const [problem] = compileValidationRules(schema as never).errors;
  return /factor of ([^ ]+|more than 100x) /.exec(problem?.message ?? "")?.[1];
}

test("a rule costs what upstream reckons", () => {
  const costs = [
    ["self.s == 'abcdefghijkl'", "4.0x"],
    ["self.l.map(x, x + 1).size() > 0", "more"],
    ["5 in self.l", "9.0x"],
    ["self.m.all(k, k == 'a')", "19.0x"],
    ["self.s.replace('a','b') == 'c'", "35.0x"],
    ["sets.contains(self.l, [1,2])", "27.0x"],
  ] as const;
  assert.deepEqual(
    costs.map(([rule]) => [rule, costOf(rule)]),
    costs.map(([rule, cost]) => [rule, cost]),
  );
});

test("a rule that nothing bounds is refused, and one on few values is not", () => {
  const rule = { rule: "self.all(x, x.contains('abc'))" };
  const list = (maxItems?: number) => ({
    type: "object",
    properties: {
      l: {
        type: "array",
        ...(maxItems && { maxItems }),
        items: text(maxItems),
        "x-kubernetes-validations": [rule],
      },
    },
  });
  const problems = (schema: object) => compileValidationRules(schema as never).errors.map(({ field }) => field);
  const at = "spec.validation.openAPIV3Schema";
  assert.deepEqual(problems(list(10)), []);
  const place = `${at}.properties[l].x-kubernetes-validations[0].rule`;
  assert.deepEqual(problems(list()), [place, place, at]);
});
