import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "./clock.ts";
import { Registry } from "./prometheus.ts";
import { queueMeter } from "./queue-metrics.ts";
import { WorkQueue } from "./work-queue.ts";

test("what waits, what is worked on, how long and how often again is on the page under upstream's names", async () => {
  const registry = new Registry();
  const clock = new FakeClock();
  const queue = new WorkQueue({ clock, meter: queueMeter(registry, "jobs") });
  const value = async (name: string) => {
    const line = (await registry.metrics()).split("\n").find((one) => one.startsWith(`workqueue_${name}{name="jobs"`));
    return Number(line?.split(" ")[1]);
  };
  for (const key of ["a", "b", "a"]) queue.add(key);
  assert.deepEqual([await value("adds_total"), await value("depth")], [2, 2]);
  const key = await queue.take();
  assert.equal(await value("depth"), 1);
  assert.ok((await value("longest_running_processor_seconds")) > 0);
  queue.addRateLimited(key!);
  queue.done(key!);
  assert.deepEqual([await value("retries_total"), await value("work_duration_seconds_count")], [1, 1]);
  assert.equal(await value("queue_duration_seconds_count"), 1);
  assert.equal(await value("unfinished_work_seconds"), 0);
  queue.close();
  assert.equal(await value("depth"), 0);
});
