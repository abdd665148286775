import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../support/random.ts";
import { growthOf } from "./growth.ts";

const allowance = { share: 0.03, mebibytes: 2 };

/** An hour of minutes that begins at 60 MiB, with noise of 1.5 MiB either way. */
function hour(level: (minute: number) => number): number[] {
  const random = new Random(7);
  return Array.from({ length: 60 }, (_, minute) => 60 + level(minute) + 3 * (random.next() - 0.5));
}

test("what goes up and down, or grows warm and then stays, does not grow", () => {
  assert.equal(
    growthOf(
      hour(() => 0),
      allowance,
    ).grows,
    false,
  );
  assert.equal(
    growthOf(
      hour((minute) => Math.min(30, minute * 3)),
      allowance,
    ).grows,
    false,
  );
  assert.equal(
    growthOf(
      hour((minute) => (minute % 7) * 2),
      allowance,
    ).grows,
    false,
  );
});

test("a leak of a tenth of a MiB a minute is growth, and so is a step that stays", () => {
  assert.equal(
    growthOf(
      hour((minute) => minute / 10),
      allowance,
    ).grows,
    true,
  );
  assert.equal(
    growthOf(
      hour((minute) => (minute > 40 ? 5 : 0)),
      allowance,
    ).grows,
    true,
  );
});
