import assert from "node:assert/strict";
import { test } from "node:test";
import { Deadlines } from "./deadlines.ts";

test("what is not answered in time expires, each in its own time and once", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const pass = (milliseconds: number) => {
    now += milliseconds;
    t.mock.timers.tick(milliseconds);
  };
  const expired: string[] = [];
  const deadlines = new Deadlines<string>(100, (request) => expired.push(`${request} ${now}`));
  deadlines.add("a");
  pass(30);
  deadlines.add("answered");
  pass(30);
  deadlines.add("b");
  deadlines.delete("answered");
  pass(39);
  assert.deepEqual(expired, []);
  pass(1);
  assert.deepEqual(expired, ["a 100"]);
  pass(60);
  assert.deepEqual(expired, ["a 100", "b 160"]);
  pass(1000);
  deadlines.add("later");
  pass(100);
  assert.deepEqual(expired, ["a 100", "b 160", "later 1260"]);
});
