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

test("what is told apart is bounded", () => {
  let lines = 0;
  const rare = new RareLog(pino({ base: null }, { write: () => lines++ }), 1000);
  for (let n = 0; n < 1000; n++) rare.warn("refused", {}, String(n));
  assert.ok(lines <= 64, `${lines} lines`);
});
