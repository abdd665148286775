import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import { RareLog } from "./rare-log.ts";

test("a flood of one kind is a line at once and a line with the number of the others; another kind has its own", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const lines: { msg: string; n: number; times?: number }[] = [];
  const rare = new RareLog(pino({ base: null }, { write: (line) => lines.push(JSON.parse(line)) }), 1000);
  const told = () => lines.splice(0).map(({ msg, n, times }) => [msg, n, times]);
  for (let n = 0; n < 5000; n++) rare.warn("refused", { n });
  rare.error("broken", { n: 1 });
  assert.deepEqual(told(), [
    ["refused", 0, undefined],
    ["broken", 1, undefined],
  ]);
  t.mock.timers.tick(1000);
  assert.deepEqual(told(), [["refused", 4999, 4999]]);
  t.mock.timers.tick(1000);
  rare.warn("refused", { n: 7 });
  assert.deepEqual(told(), [["refused", 7, undefined]], "told at once when it was quiet for a while");
});

test("what is told apart is bounded, how much is left out is told, and what goes on for long has its turn", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let lines: { msg: string; n?: number; times?: number }[] = [];
  const rare = new RareLog(pino({ base: null }, { write: (line) => lines.push(JSON.parse(line)) }), 1000);
  const flood = (count: number) => {
    for (let n = 0; n < count; n++) rare.warn("refused", { n }, String(n));
  };
  flood(1000);
  assert.equal(lines.length, 64);
  flood(64);
  lines = [];
  t.mock.timers.tick(1000);
  assert.equal(lines.length, 65);
  assert.deepEqual(lines.at(-1)!.times, 936);
  lines = [];
  flood(65);
  assert.deepEqual(
    lines.map(({ n, times }) => [n, times]),
    [
      [0, 1],
      [64, undefined],
    ],
    "the oldest has made room",
  );
});
