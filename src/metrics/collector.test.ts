import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import type { corev1 } from "../api/mod.ts";
import { FakeClock } from "../client/mod.ts";
import { Collector, periodMs } from "./collector.ts";
import { usageOf } from "./series.ts";

const text = (seconds: number, timeMs: number) =>
  `node_cpu_usage_seconds_total ${seconds} ${timeMs}\nnode_memory_working_set_bytes 4096 ${timeMs}\n`;

function collectorOf(names: string[], scrape: (name: string) => Promise<string>) {
  const clock = new FakeClock();
  const nodes = () => names.map((name) => ({ metadata: { name } }) as corev1.Node);
  const log = pino({ enabled: false });
  return { clock, collector: new Collector({ nodes, scrape }, { clock, log, signal: new AbortController().signal }) };
}

test("two rounds tell what was used between them; a node that does not answer is told of for three rounds", async () => {
  let isUp = true;
  let round = 0;
  const { clock, collector } = collectorOf(["one"], async () => {
    if (!isUp) throw new Error("gone");
    round += 1;
    return text(10 + round * 3, clock.now());
  });
  await collector.collect();
  assert.equal(usageOf(collector.of("one")?.node), undefined);
  clock.advance(periodMs);
  await collector.collect();
  assert.equal(usageOf(collector.of("one")?.node)?.cpuNanocores, 200_000_000);
  isUp = false;
  clock.advance(3 * periodMs);
  await collector.collect();
  assert.ok(collector.of("one"));
  clock.advance(1);
  await collector.collect();
  assert.equal(collector.of("one"), undefined);
});

test("many nodes are asked a few at a time, and one that is slow holds up nobody", async () => {
  const slow = Promise.withResolvers<string>();
  let [now, most] = [0, 0];
  const names = Array.from({ length: 40 }, (_, index) => `node-${index}`);
  const { collector } = collectorOf(names, async (name) => {
    if (name === "node-0") return slow.promise;
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
    return text(1, 1);
  });
  const round = collector.collect();
  while (!collector.of("node-39")) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(most <= 8, `${most} at a time`);
  slow.resolve(text(1, 1));
  await round;
  assert.ok(collector.of("node-0"));
});
