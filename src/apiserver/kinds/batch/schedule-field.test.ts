import assert from "node:assert/strict";
import { test } from "node:test";
import { scheduleFieldProblem } from "./schedule-field.ts";

test("ranges, steps, lists and names are taken", () => {
  for (const text of ["*", "?", "0", "59", "1-5", "*/15", "10/5", "1,2,30-40/2"])
    assert.equal(scheduleFieldProblem(text, 0), undefined, text);
  assert.equal(scheduleFieldProblem("JAN-mar", 3), undefined);
  assert.equal(scheduleFieldProblem("sun,6", 4), undefined);
});

test("what no schedule can have is told in upstream's words", () => {
  const problems: Record<string, string> = {
    "60": "end of range (60) above maximum (59): 60",
    "5-3": "beginning of range (5) beyond end of range (3): 5-3",
    "1-2-3": "too many hyphens: 1-2-3",
    "1/2/3": "too many slashes: 1/2/3",
    "*/0": "step of range should be a positive number: */0",
    x: 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax',
  };
  for (const [text, problem] of Object.entries(problems)) assert.equal(scheduleFieldProblem(text, 0), problem, text);
  assert.equal(scheduleFieldProblem("0", 2), "beginning of range (0) below minimum (1): 0");
});
