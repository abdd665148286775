import assert from "node:assert/strict";
import { test } from "node:test";
import { durationText } from "./duration-text.ts";
import type { Point } from "./scrape.ts";
import { advance, type NodeSeries, usageOf } from "./series.ts";

const point = (timeMs: number, cpuSeconds: number, memoryBytes = 1024): Point => ({ timeMs, cpuSeconds, memoryBytes });
const node = (known: NodeSeries | undefined, next: Point) => advance(known, { node: next, pods: new Map() });
const pod = (known: NodeSeries | undefined, containers: Record<string, Point>) =>
  advance(known, { node: undefined, pods: new Map([["a/b", new Map(Object.entries(containers))]]) });

test("usage is what was used between the last two samples, and what is held at the last", () => {
  const series = node(node(undefined, point(1000, 10)), point(16_000, 13, 2048));
  assert.deepEqual(usageOf(series.node), {
    cpuNanocores: 200_000_000,
    memoryBytes: 2048,
    timeMs: 16_000,
    windowMs: 15_000,
  });
});

test("one sample tells nothing", () => {
  assert.equal(usageOf(node(undefined, point(1000, 10)).node), undefined);
  assert.equal(usageOf(undefined), undefined);
});

test("a sample that comes twice does not end the window", () => {
  const first = node(node(undefined, point(1000, 10)), point(16_000, 13));
  assert.deepEqual(node(first, point(16_000, 13)), first);
});

test("a container that runs anew is measured anew", () => {
  const before = pod(pod(undefined, { web: point(1000, 10) }), { web: point(2000, 12) });
  const again = pod(before, { web: point(3000, 1) });
  assert.equal(usageOf(again.pods.get("a/b")?.get("web")), undefined);
});

test("what is not in the last sample is forgotten", () => {
  const known = pod(pod(undefined, { web: point(1, 1), side: point(1, 1) }), { web: point(2, 2) });
  assert.deepEqual([...(known.pods.get("a/b")?.keys() ?? [])], ["web"]);
  assert.equal(node(known, point(3, 3)).pods.size, 0);
});

test("lengths of time are written as Go writes them", () => {
  const texts = [0, 500, 15_000, 15_022, 60_500, 7_201_000].map(durationText);
  assert.deepEqual(texts, ["0s", "0.5s", "15s", "15.022s", "1m0.5s", "2h0m1s"]);
});
