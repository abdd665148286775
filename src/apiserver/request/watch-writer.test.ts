import assert from "node:assert/strict";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { Registry } from "../../client/prometheus.ts";
import type { WatchFrames } from "../encode/watch-frames.ts";
import { badRequest } from "../errors.ts";
import { WatchMetrics } from "../metrics/watch-metrics.ts";
import type { WatchItem } from "../registry/watch-item.ts";
import { JointWrites } from "./joint-writes.ts";
import { WatchWriter } from "./watch-writer.ts";

const frames = {
  encode: (arrays: readonly (readonly WatchItem[])[]) =>
    Buffer.concat(arrays.flat().map((item) => (item.type === "BOOKMARK" ? Buffer.from("|") : item.entry.stored))),
  error: () => Buffer.from("!"),
} as unknown as WatchFrames;

function item(size: number, change: boolean): WatchItem {
  const entry = { stored: Buffer.alloc(size, "x"), storedLength: size };
  return { type: "ADDED", entry, ...(change && { shared: {} }) } as unknown as WatchItem;
}

function writer(stallMs?: number) {
  const output = new PassThrough({ highWaterMark: 1024 });
  const counts = new WatchMetrics(new Registry()).of({ group: "", version: "v1", resource: "pods" });
  const ended: string[] = [];
  const onEnd = (reason: string) => void ended.push(reason);
  const made = new WatchWriter({
    output,
    frames,
    counts,
    writes: new JointWrites(),
    onEnd,
    ...(stallMs !== undefined && { stallMs }),
  });
  return { writer: made, output, counts, ended };
}

test("a start of any size reaches a client that reads, in pieces", async () => {
  const { writer: one, output, counts, ended } = writer();
  one.add(Array.from({ length: 30_000 }, () => item(2_000, false)));
  assert.ok(output.readableLength + output.writableLength < 1024 * 1024, "pieces wait for the reader");
  one.finish();
  let bytes = 0;
  output.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
  });
  while (ended.length === 0) await once(output, "data");
  assert.deepEqual(ended, ["finished"]);
  assert.equal(counts.events.value, 30_000);
  assert.equal(bytes + output.readableLength, 60_000_000);
});

test("changes that nobody reads are bounded, then the watch is cut", () => {
  const { writer: one, output, ended } = writer();
  let added = 0;
  while (ended.length === 0 && added < 1000) {
    one.add([item(100_000, true)]);
    added++;
  }
  assert.deepEqual(ended, ["too slow"]);
  assert.ok(added > 100 && added < 250, `cut after ${added} changes`);
  assert.ok(output.readableLength < 400_000, "one piece was written");
});

test("a client that takes nothing for too long is cut, however little waits", async () => {
  const { writer: one, ended } = writer(5);
  one.add([item(5_000, true)]);
  while (ended.length === 0) await new Promise(setImmediate);
  assert.deepEqual(ended, ["too slow"]);
});

test("the last error comes after what waits", async () => {
  const { writer: one, output, ended } = writer();
  one.add(Array.from({ length: 100 }, () => item(3_000, false)));
  one.finish(badRequest("over"));
  const chunks: Buffer[] = [];
  output.on("data", (chunk: Buffer) => chunks.push(chunk));
  while (ended.length === 0) await once(output, "data");
  output.end();
  await once(output, "end");
  const text = Buffer.concat(chunks).toString();
  assert.equal(text.length, 300_001);
  assert.ok(text.endsWith("!"));
});

test("an event that cannot be told ends the watch: the client would miss it and not know", () => {
  const { writer: one, ended } = writer();
  const broken = { ...item(20 * 1024 * 1024, true), entry: { stored: {}, storedLength: 20 * 1024 * 1024 } };
  assert.throws(() => one.add([broken as unknown as WatchItem]), TypeError);
  assert.deepEqual(ended, ["failed"]);
});
