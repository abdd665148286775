import assert from "node:assert/strict";
import { test } from "node:test";
import { policyEnvironment } from "./environment.ts";
import { compileVariables } from "./expressions.ts";

test("a variable knows those before it, and no environment is made for each", (context) => {
  const environment = policyEnvironment({ hasParams: false });
  const extend = context.mock.method(environment, "extend");
  const expressions = ["variables.c", "1", "variables.b + 1", "variables.c.size()"];
  const variables = expressions.map((expression, position) => ({ name: "abcd"[position]!, expression }));
  const { inOrder, types } = compileVariables(variables, environment);
  assert.deepEqual(
    inOrder.map((compiled) => "program" in compiled),
    [false, true, true, false],
  );
  assert.deepEqual(
    [...types].map(([name, { kind }]) => `${name} ${kind}`),
    ["a dyn", "b int", "c int", "d dyn"],
  );
  assert.equal(extend.mock.callCount(), 1);
});
