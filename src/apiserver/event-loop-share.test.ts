import assert from "node:assert/strict";
import { test } from "node:test";
import { EventLoopShare } from "./event-loop-share.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

function work(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

test("work that is asked for all at once is spread over turns of the event loop, in order", async () => {
  const share = new EventLoopShare(2);
  const done: number[] = [];
  const piece = async (n: number) => {
    const pause = share.take();
    if (pause) await pause;
    work(1);
    done.push(n);
  };
  const all = Promise.all(Array.from({ length: 60 }, (_, n) => piece(n)));
  let turns = 0;
  for (; done.length < 60; turns++) await turn();
  await all;
  assert.deepEqual(
    done,
    Array.from({ length: 60 }, (_, n) => n),
  );
  assert.ok(turns >= 10, `${turns} turns for 60 pieces of 1 ms`);
});
