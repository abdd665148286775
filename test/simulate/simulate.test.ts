/** Some dozens of seeds of each simulation; `npm run soak -- simulate` runs as many as wanted. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SchedulerSimulation } from "./scheduler-simulation.ts";
import { StoreSimulation } from "./store-simulation.ts";

/** The last ones bound a pod twice: its preemption failed when it was bound already, and brought it back into the queue. */
const schedulerSeeds = [...Array.from({ length: 25 }, (_, index) => index + 1), 477, 608, 1021, 1156];

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
