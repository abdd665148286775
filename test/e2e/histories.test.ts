/** What clients saw of a server that was killed under them could have come from one that never was. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { check } from "../histories/check.ts";
import { recordHistory } from "../histories/histories.ts";

test("a history with kills in it is linearizable, and watches miss and repeat nothing", {
  timeout: 240_000,
}, async () => {
  const found = await recordHistory({ seed: 1, kills: 3, between: 150 });
  assert.deepEqual(check(found.history), []);
  assert.ok(found.acknowledged > 100, `${found.acknowledged} writes were acknowledged`);
  assert.ok(found.resumed >= 3, `watches were resumed ${found.resumed} times`);
});
