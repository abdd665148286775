import assert from "node:assert/strict";
import { test } from "node:test";
import { RetryAfter } from "./retry-after.ts";

test("while many are refused clients are sent away for longer, eight seconds at most, and for less when few are", () => {
  const retryAfter = new RetryAfter();
  const answers: number[] = [];
  for (let tenth = 0; tenth < 300; tenth++) answers.push(retryAfter.refused(tenth / 10));
  assert.deepEqual([answers[0], answers[9]], [1, 1]);
  assert.deepEqual([...new Set(answers)], [1, 2, 4, 8]);
  const later = [60, 90, 120, 150].map((now) => retryAfter.refused(now));
  assert.deepEqual(later, [8, 4, 2, 1]);
});
