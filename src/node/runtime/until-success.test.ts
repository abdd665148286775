import assert from "node:assert/strict";
import { test } from "node:test";
import pino from "pino";
import { systemClock } from "../../client/mod.ts";
import { untilSuccess } from "./until-success.ts";

function deferred(_delayMs: number, callback: () => void): () => void {
  setImmediate(callback);
  return () => {};
}

const clock = { ...systemClock, now: () => 0, after: deferred };
const log = pino({ level: "silent" });

test("work that fails is tried again until it succeeds", async () => {
  let tries = 0;
  const work = async () => {
    if (++tries < 4) throw new Error("not yet");
    return "done";
  };
  const context = { clock, log, signal: new AbortController().signal };
  assert.equal(await untilSuccess("trying", context, work), "done");
  assert.equal(tries, 4);
});

test("it gives up when it is no longer wanted", async () => {
  const stop = new AbortController();
  const work = async () => {
    stop.abort();
    throw new Error("never");
  };
  await assert.rejects(untilSuccess("trying", { clock, log, signal: stop.signal }, work), /never/);
});
