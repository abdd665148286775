import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../../api/mod.ts";
import type { FieldError } from "../../validation/field-error.ts";
import { validateLimitRange } from "./limit-range-validation.ts";
import { validateResourceQuota } from "./resource-quota-validation.ts";

const told = (errors: readonly FieldError[]) => errors.map(({ field, message }) => `${field}: ${message}`);
const quota = (spec: object) => told(validateResourceQuota({ spec } as corev1.ResourceQuota));
const range = (...limits: object[]) => told(validateLimitRange({ spec: { limits } } as corev1.LimitRange));

test("a quota with a scope counts only what the scope can be told of", () => {
  assert.deepEqual(quota({ hard: { pods: "1", "count/pods": "1" }, scopes: ["BestEffort"] }), []);
  assert.deepEqual(quota({ hard: { cpu: "1" }, scopes: ["BestEffort"] }), [
    'spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource',
  ]);
  const matchExpressions = [{ scopeName: "PriorityClass", operator: "Exists" }];
  assert.deepEqual(quota({ hard: { services: "1" }, scopeSelector: { matchExpressions } }), [
    'spec.scopeSelector.matchExpressions: Invalid value: {"MatchExpressions":[{"ScopeName":"PriorityClass","Operator":"Exists","Values":null}]}: unsupported scope applied to resource',
  ]);
});

test("however many scopes a quota names, what it counts is read as often, and its selector is printed where an error shows it", () => {
  const looks = (count: number) => {
    let read = 0;
    const ownKeys = (names: object) => {
      read++;
      return Reflect.ownKeys(names);
    };
    const hard = new Proxy({ "count/pods": "1" }, { ownKeys });
    const requirement = () => ({
      scopeName: "PriorityClass",
      operator: "Exists",
      get values() {
        return void read++;
      },
    });
    const matchExpressions = Array.from({ length: count }, requirement);
    assert.deepEqual(
      quota({ hard, scopes: matchExpressions.map(() => "Terminating"), scopeSelector: { matchExpressions } }),
      [],
    );
    return read;
  };
  const [one, hundred] = [looks(1), looks(100)];
  assert.ok(hundred <= 100 * one, `${one} looks at one scope, ${hundred} at a hundred`);
});

test("scopes that are or are not have no values, others have some", () => {
  const selecting = (scopeName: string, operator: string, values?: string[]) =>
    quota({
      hard: { pods: "1" },
      scopeSelector: { matchExpressions: [{ scopeName, operator, ...(values && { values }) }] },
    });
  assert.match(selecting("PriorityClass", "In")[0]!, /values: Required value: must be at least one value/);
  assert.match(selecting("PriorityClass", "Exists", ["x"])[0]!, /values: Invalid value: \["x"\]: must be no value/);
  assert.match(selecting("Terminating", "In", ["x"])[0]!, /operator: Invalid value: "In": must be 'Exists'/);
  assert.deepEqual(selecting("PriorityClass", "In", ["x"]), []);
});

test("there are no halves of things", () => {
  assert.deepEqual(quota({ hard: { pods: "1500m", cpu: "1500m" } }), [
    'spec.hard[pods]: Invalid value: "1500m": must be an integer',
  ]);
});

test("the types of limits are known ones or somebody's own", () => {
  assert.deepEqual(range({ type: "Foo", max: { cpu: "1" } }), [
    'spec.limits[0].type: Invalid value: "Foo": must be a standard limit type or fully qualified',
  ]);
  assert.deepEqual(range({ type: "example.com/Foo", max: { cpu: "1" } }), []);
});

test("bounds that contradict the defaults are shown", () => {
  assert.deepEqual(range({ type: "Container", default: { cpu: "5" }, max: { cpu: "1" } }), [
    'spec.limits[0].default[cpu]: Invalid value: "1": default value 5 is greater than max value 1',
  ]);
});

test("a limit may be for what every object has: it is compared with what the client gave only", () => {
  const limits = { min: { constructor: "1" }, max: { cpu: "1" }, maxLimitRequestRatio: { toString: "2" } };
  assert.deepEqual(range({ type: "example.com/Foo", ...limits }), [
    'spec.limits[0].min[constructor]: Invalid value: "constructor": must be a standard resource type or fully qualified',
    'spec.limits[0].maxLimitRequestRatio[toString]: Invalid value: "toString": must be a standard resource type or fully qualified',
  ]);
});
