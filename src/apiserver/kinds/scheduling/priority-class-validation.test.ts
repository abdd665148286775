import assert from "node:assert/strict";
import { test } from "node:test";
import type { schedulingv1 } from "../../../api/mod.ts";
import { validatePriorityClass } from "./priority-class-validation.ts";

test("a class without a name is judged as a user's; that it has none is told of its metadata", () => {
  const fieldsOf = (value: number) =>
    validatePriorityClass({ value, metadata: {} } as schedulingv1.PriorityClass).map(({ field }) => field);
  assert.deepEqual([fieldsOf(5), fieldsOf(2_000_000_000)], [[], ["value"]]);
});
