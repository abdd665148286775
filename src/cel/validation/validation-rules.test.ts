import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonSchema } from "../schema/json-schema.ts";
import { compileValidationRules } from "./validation-rules.ts";

const limits = [
  { rule: "self.minimum <= self.replicas", message: "too few" },
  {
    rule: "self.replicas <= 10",
    messageExpression: "'%d is more than 10'.format([self.replicas])",
    fieldPath: ".replicas",
  },
];
const schema: JsonSchema = {
  type: "object",
  "x-kubernetes-validations": [{ rule: "self.metadata.name != 'forbidden'" }],
  properties: {
    spec: {
      type: "object",
      "x-kubernetes-validations": limits,
      properties: {
        replicas: {
          type: "integer",
          "x-kubernetes-validations": [
            { rule: "self >= oldSelf", message: "may only grow", reason: "FieldValueForbidden" },
          ],
        },
        minimum: { type: "integer" },
        "a-b.c/d": { type: "string" },
        namespace: { type: "string" },
        ports: {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["name"],
          items: {
            type: "object",
            properties: { name: { type: "string" }, port: { type: "integer" } },
            "x-kubernetes-validations": [{ rule: "self.port == oldSelf.port" }],
          },
        },
        first: {
          type: "string",
          "x-kubernetes-validations": [
            { rule: "oldSelf.hasValue() ? oldSelf.value() == self : self == 'new'", optionalOldSelf: true },
          ],
        },
        data: {
          type: "object",
          additionalProperties: { type: "string", "x-kubernetes-validations": [{ rule: "self.size() < 5" }] },
        },
        when: {
          type: "string",
          format: "date-time",
          "x-kubernetes-validations": [{ rule: "self > timestamp('2020-01-01T00:00:00Z')" }],
        },
        either: {
          "x-kubernetes-int-or-string": true,
          "x-kubernetes-validations": [{ rule: "type(self) == string || self > 5" }],
        },
      },
    },
  },
};

const rules = compileValidationRules(schema);
const object = (spec: object, name = "one") => ({
  apiVersion: "x/v1",
  kind: "X",
  metadata: { name },
  spec: { replicas: 3, minimum: 1, ...spec },
});
const told = (spec: object, old?: object) =>
  rules.validate(object(spec), old && object(old)).map(({ field, message }) => `${field}: ${message}`);

test("the rules of a schema compile, and a good object passes", () => {
  assert.deepEqual(rules.errors, []);
  assert.deepEqual(told({ when: "2024-01-01T00:00:00Z", either: "x", data: { a: "b" } }), []);
});

test("a rule that fails is told at its place with its message", () => {
  assert.deepEqual(told({ minimum: 5 }), ["spec: Invalid value: too few"]);
  assert.deepEqual(told({ replicas: 11 }), ["spec.replicas: Invalid value: 11 is more than 10"]);
  assert.deepEqual(told({ data: { long: "abcdef" } }), [
    'spec.data[long]: Invalid value: "abcdef": failed rule: self.size() < 5',
  ]);
  assert.equal(told({ either: 3 }).length, 1);
  assert.equal(told({ when: "2019-01-01T00:00:00Z" }).length, 1);
  const whole = rules.validate(object({}, "forbidden"));
  assert.equal(
    `${whole[0]?.field}: ${whole[0]?.message}`,
    `<nil>: Invalid value: failed rule: self.metadata.name != 'forbidden'`,
  );
});

test("rules about changes are asked where there was something", () => {
  assert.deepEqual(told({ replicas: 2 }, { replicas: 3 }), ["spec.replicas: Forbidden: may only grow"]);
  const ports = (port: number) => ({ ports: [{ name: "a", port }] });
  assert.deepEqual(told(ports(2), ports(1)), ["spec.ports[0]: Invalid value: failed rule: self.port == oldSelf.port"]);
  assert.deepEqual(told({ ports: [{ name: "b", port: 2 }] }, ports(1)), []);
  assert.equal(told({ first: "old" }).length, 1);
  assert.deepEqual(told({ first: "new" }), []);
  assert.equal(told({ first: "new" }, { first: "old" }).length, 1);
});

test("what was wrong already and has not changed is not told again", () => {
  assert.deepEqual(told({ data: { long: "abcdef" } }, { data: { long: "abcdef" } }), []);
});

function problemOf(rule: object, type: JsonSchema): string[] {
  const made = { type: "object", properties: { x: { ...type, "x-kubernetes-validations": [rule] } } } as JsonSchema;
  return compileValidationRules(made).errors.map(({ field, message }) => `${field}: ${message}`);
}

test("rules that cannot be are told to the definition's author", () => {
  const at = "spec.validation.openAPIV3Schema.properties[x].x-kubernetes-validations[0]";
  const number = { type: "integer" };
  assert.match(
    problemOf({ rule: "self.y" }, number)[0]!,
    /compilation failed: ERROR: <input>:1:5: type 'int' does not support field selection/,
  );
  assert.match(problemOf({ rule: "self + 1" }, number)[0]!, /must evaluate to a bool/);
  assert.deepEqual(problemOf({ rule: " " }, number), [`${at}.rule: Required value: rule is not specified`]);
  assert.match(
    problemOf({ rule: "self > 1", messageExpression: "1" }, number)[0]!,
    /messageExpression must evaluate to a string/,
  );
  assert.deepEqual(problemOf({ rule: "true", messageExpression: " " }, number), [
    `${at}.messageExpression: Required value: messageExpression must be non-empty if specified`,
  ]);
  assert.match(
    problemOf({ rule: "true" }, { "x-kubernetes-preserve-unknown-fields": true })[0]!,
    /x-kubernetes-validations: Internal error: .*unable to convert structural schema to CEL declarations/,
  );
  assert.match(problemOf({ rule: "true", fieldPath: ".missing" }, { type: "object" })[0]!, /must be a valid path/);
  const list: JsonSchema = {
    type: "array",
    items: { type: "integer", "x-kubernetes-validations": [{ rule: "self == oldSelf" }] },
  };
  assert.match(
    problemOf({ rule: "true" }, list)[0]!,
    /oldSelf cannot be used on the uncorrelatable portion of the schema/,
  );
});

test("names that are no identifiers are escaped", () => {
  const escaped: JsonSchema = {
    ...schema.properties!.spec!,
    "x-kubernetes-validations": [{ rule: "self.a__dash__b__dot__c__slash__d == 'v' && self.__namespace__ == 'n'" }],
  };
  const made = compileValidationRules({ type: "object", properties: { spec: escaped } });
  assert.deepEqual(made.errors, []);
  assert.deepEqual(made.validate({ spec: { "a-b.c/d": "v", namespace: "n" } }), []);
});

test("the field that a rule names is told by its names and keys, and what a rule could not do by the rule alone", () => {
  const told: JsonSchema = {
    type: "object",
    properties: {
      "a.b": { type: "integer" },
      map: { type: "object", additionalProperties: { type: "integer" } },
      part: { type: "integer", "x-kubernetes-validations": [{ rule: "10 / self > 1", messageExpression: "'few'" }] },
    },
    "x-kubernetes-validations": [
      { rule: "self.part != 1", fieldPath: "['a.b']", message: "m" },
      { rule: "self.part != 1", fieldPath: ".map['k']", message: "m" },
    ],
  };
  const made = compileValidationRules({ type: "object", properties: { spec: told } });
  const fields = made.validate({ spec: { part: 1 } }).map(({ field }) => field);
  assert.deepEqual(fields, ["spec.a.b", "spec.map[k]"]);
  const [problem] = made.validate({ spec: { part: 0 } });
  assert.equal(problem!.message, 'Invalid value: "integer": division by zero evaluating rule: 10 / self > 1');
});
