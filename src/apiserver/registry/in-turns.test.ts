import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { mapInTurns } from "./in-turns.ts";

const items = Array.from({ length: 1000 }, (_, index) => index);

/** Each look at the clock takes longer than a turn may. */
function slowClock(t: TestContext): void {
  let now = performance.now();
  t.mock.method(performance, "now", () => (now += 10));
}

test("long work lets others have their turn, and comes to what it would have come to in one go", async (t) => {
  slowClock(t);
  let others = 0;
  let busy = true;
  const other = () => {
    others++;
    if (busy) setImmediate(other);
  };
  setImmediate(other);
  const made = await mapInTurns(
    items,
    (item) => item * 2,
    () => {},
  );
  busy = false;
  assert.deepEqual(
    made,
    items.map((item) => item * 2),
  );
  assert.ok(others >= 10, `${others} turns`);
});

test("work that nobody waits for any more ends after its turn", async (t) => {
  slowClock(t);
  let steps = 0;
  const working = mapInTurns(
    items,
    () => steps++,
    () => {
      throw new Error("gone");
    },
  );
  await assert.rejects(working, /gone/);
  assert.ok(steps < items.length, `${steps} steps`);
});
