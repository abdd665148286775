import assert from "node:assert/strict";
import { test } from "node:test";
import { ClockWatch } from "./clock-watch.ts";

const hourMs = 3_600_000;

function watched() {
  const time = { wall: 1_000_000, monotonic: 0 };
  const watch = new ClockWatch({ wall: () => time.wall, monotonic: () => time.monotonic });
  const told: number[] = [];
  const end = watch.listen((byMs) => told.push(byMs));
  const pass = (ms: number) => {
    time.wall += ms;
    time.monotonic += ms;
    watch.look();
  };
  return { time, watch, told, end, pass };
}

test("jumps of the clock are told once each, with how far and which way", (t) => {
  const { time, told, end, pass } = watched();
  t.after(end);
  pass(5_000);
  time.wall += 5 * hourMs;
  pass(5_000);
  pass(5_000);
  time.wall -= 10 * hourMs;
  pass(5_000);
  assert.deepEqual(told, [5 * hourMs, -10 * hourMs]);
});

test("time that passes, however long, and a clock that is slowly put right are no jumps", (t) => {
  const { time, told, end, pass } = watched();
  t.after(end);
  pass(3 * hourMs);
  for (let count = 0; count < 100; count++) {
    time.wall += 400;
    pass(5_000);
  }
  assert.deepEqual(told, []);
});

test("a machine that sleeps again and again, each time for less than is told, is told when it comes to more", (t) => {
  const { time, told, end, pass } = watched();
  t.after(end);
  for (let count = 0; count < 2; count++) {
    time.wall += 25_000;
    pass(5_000);
  }
  assert.deepEqual(told, [49_500]);
});

test("who has ended listening is told nothing more, and what happened before one listened is not told", () => {
  const { time, watch, told, end } = watched();
  end();
  time.wall += hourMs;
  watch.look();
  const later: number[] = [];
  const endLater = watch.listen((byMs) => later.push(byMs));
  watch.look();
  endLater();
  assert.deepEqual([told, later], [[], []]);
});
