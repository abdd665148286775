import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "./clock.ts";

test("the time that only goes on is told in whole milliseconds, as timeouts take them", () => {
  for (let count = 0; count < 100; count++) {
    assert.ok(Number.isInteger(systemClock.monotonic()));
    AbortSignal.timeout(60_000 - systemClock.monotonic() + systemClock.monotonic());
  }
});
