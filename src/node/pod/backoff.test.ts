import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../client/mod.ts";
import { Backoff, formatDuration } from "./backoff.ts";

/** Delays before the first restarts of a container that fails at once, each time. */
function delays(count: number): number[] {
  const clock = new FakeClock();
  const backoff = new Backoff(clock);
  return Array.from({ length: count }, () => {
    const failedAt = clock.now();
    const remaining = backoff.remainingMs("a", failedAt);
    clock.advance(remaining);
    backoff.advance("a", failedAt);
    return remaining / 1000;
  });
}

test("the first restart comes at once, the others after ten seconds, twice as long each time, five minutes at most", () => {
  assert.deepEqual(delays(8), [0, 10, 20, 40, 80, 160, 300, 300]);
});

test("after ten minutes without a failure it begins anew", () => {
  const clock = new FakeClock();
  const backoff = new Backoff(clock);
  backoff.advance("a", clock.now());
  backoff.advance("a", clock.now());
  clock.advance(601_000);
  assert.equal(backoff.remainingMs("a", clock.now()), 0);
  backoff.advance("a", clock.now());
  assert.equal(backoff.describe("a"), "10s");
});

test("delays read as Go prints them", () => {
  assert.deepEqual([10_000, 80_000, 300_000].map(formatDuration), ["10s", "1m20s", "5m0s"]);
});

test("a clock that is set back hours does not make a restart wait for them, nor come at once each time", () => {
  const clock = new FakeClock();
  const backoff = new Backoff(clock);
  backoff.advance("a", clock.now());
  const failedAt = clock.now();
  clock.jump(-5 * 3_600_000);
  assert.equal(backoff.remainingMs("a", failedAt), 10_000);
  clock.advance(10_000);
  assert.equal(backoff.remainingMs("a", failedAt), 0);
});
