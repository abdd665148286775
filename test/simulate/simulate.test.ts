/** Some dozens of seeds of each simulation; `npm run soak -- simulate` runs as many as wanted. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SchedulerSimulation } from "./scheduler-simulation.ts";
import { StoreSimulation } from "./store-simulation.ts";

/** 477 to 1156 once bound a pod twice; the ones after them chose victims anew while the first had not been seen going. */
const once = [477, 608, 1021, 1156, 2507, 2721, 2750, 2773, 2877];
const schedulerSeeds = [...Array.from({ length: 25 }, (_, index) => index + 1), ...once];

test("the store and its watch cache keep their promises in any order of events, with failing writes and crashes", async () => {
  let events = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const found = await new StoreSimulation(seed).run().catch((error: Error) => {
      throw new Error(`seed ${seed}: ${error.message}`, { cause: error });
    });
    events += found.events;
  }
  assert.ok(events > 1000, "watches were told something");
});

test("the scheduler gives no node too much and leaves no pod that has room, in any order of events, with failing writes", async () => {
  let bindings = 0;
  for (const seed of schedulerSeeds) {
    const found = await new SchedulerSimulation(seed).run().catch((error: Error) => {
      throw new Error(`seed ${seed}: ${error.message}`, { cause: error });
    });
    bindings += found.bindings;
  }
  assert.ok(bindings > 100, "pods were bound");
});
