import assert from "node:assert/strict";
import { test } from "node:test";
import { ResourceCache } from "./resource-cache.ts";

test("those who hear of few objects only are not counted among the watchers", () => {
  const cache = new ResourceCache("/registry/pods/", undefined as never, 1);
  const unlisten = [{}, { narrow: true }, {}].map((options) => cache.listen(() => {}, options));
  assert.equal(cache.watchers, 2);
  for (const leave of unlisten.slice(0, 2)) leave();
  unlisten[0]!();
  assert.equal(cache.watchers, 1);
  cache.close();
  unlisten[2]!();
  assert.equal(cache.watchers, 0);
});
