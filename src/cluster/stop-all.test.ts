import assert from "node:assert/strict";
import { test } from "node:test";
import { stopAll } from "./stop-all.ts";

test("a part that fails to stop keeps no other from stopping, and its failure is told in the end", async () => {
  const stopped: string[] = [];
  const part = (name: string, failure?: Error) => ({
    async stop() {
      stopped.push(name);
      if (failure) throw failure;
    },
  });
  const atOnce = {
    stop() {
      throw new Error("at once");
    },
  };
  const parts = [part("controllers"), part("informers", new Error("first")), atOnce, part("store")];
  await assert.rejects(stopAll(parts), { message: "first" });
  assert.deepEqual(stopped, ["controllers", "informers", "store"]);
});
