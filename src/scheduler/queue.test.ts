import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../api/mod.ts";
import { FakeClock } from "../client/mod.ts";
import type { Plugin } from "./framework.ts";
import { podInfo } from "./pod-info.ts";
import { SchedulingQueue } from "./queue.ts";

function pod(name: string, spec: Record<string, unknown> = {}) {
  const metadata = { name, namespace: "default", uid: name };
  return podInfo({ metadata, spec: { containers: [], ...spec } } as unknown as corev1.Pod);
}

const node = { metadata: { name: "a" }, spec: {} } as unknown as corev1.Node;
const plugins: readonly Plugin[] = [
  { name: "Nodes", mayHelp: (event) => event.kind === "node-added" },
  { name: "Never", mayHelp: () => false },
];

function setUp() {
  const clock = new FakeClock();
  return { clock, queue: new SchedulingQueue({ clock, plugins, onReady: () => {} }) };
}

test("the most important pod comes first, then the one that waits longest", () => {
  const { queue } = setUp();
  queue.add(pod("old"));
  queue.add(pod("young"));
  queue.add(pod("important", { priority: 10 }));
  assert.deepEqual(
    [queue.pop()?.key, queue.pop()?.key, queue.pop()?.key, queue.pop()],
    ["default/important", "default/old", "default/young", undefined],
  );
});

test("a rejected pod waits for an event that its rejecting plugin takes for helpful", () => {
  const { queue } = setUp();
  queue.add(pod("one"));
  queue.returnRejected(queue.pop()!, new Set(["Never"]));
  queue.onEvent({ kind: "node-added", node });
  assert.equal(queue.pop(), undefined);
  queue.add(pod("two"));
  queue.returnRejected(queue.pop()!, new Set(["Never", "Nodes"]));
  queue.onEvent({ kind: "node-added", node });
  assert.equal(queue.pop()?.key, "default/two");
});

test("a pod whose try went wrong comes back after its backoff, which doubles up to ten seconds", () => {
  const { queue, clock } = setUp();
  queue.add(pod("one"));
  for (const seconds of [1, 2, 4, 8, 10, 10]) {
    queue.returnRejected(queue.pop()!, new Set());
    clock.advance(seconds * 1000 - 1);
    assert.equal(queue.pop(), undefined);
    clock.advance(1);
    assert.equal(queue.sizes.active, 1);
  }
});

test("a rejected pod is tried again after five minutes, whatever happened", () => {
  const { queue, clock } = setUp();
  queue.add(pod("one"));
  queue.returnRejected(queue.pop()!, new Set(["Never"]));
  clock.advance(299_999);
  assert.equal(queue.pop(), undefined);
  clock.advance(1);
  assert.equal(queue.pop()?.key, "default/one");
});

test("a gated pod waits until its last gate is gone", () => {
  const { queue } = setUp();
  queue.add(pod("one", { schedulingGates: [{ name: "example.com/gate" }] }));
  assert.deepEqual([queue.sizes.gated, queue.pop()], [1, undefined]);
  queue.update(pod("one"));
  assert.equal(queue.pop()?.key, "default/one");
  assert.equal(queue.sizes.gated, 0);
});

test("a pod deleted while it was decided about does not come back", () => {
  const { queue, clock } = setUp();
  queue.add(pod("one"));
  const taken = queue.pop()!;
  queue.delete(taken.key);
  queue.returnRejected(taken, new Set());
  clock.advance(600_000);
  assert.equal(queue.pop(), undefined);
});

test("a change of the pod itself brings a rejected pod back", () => {
  const { queue } = setUp();
  queue.add(pod("one"));
  queue.returnRejected(queue.pop()!, new Set(["Never"]));
  queue.update(pod("one", { priority: 3 }));
  assert.equal(queue.pop()?.pod.priority, 3);
});

test("a pod that was bound while room was made for it elsewhere is not queued again", () => {
  const { queue, clock } = setUp();
  queue.add(pod("one"));
  queue.returnRejected(queue.pop()!, new Set(["Never"]));
  queue.delete("default/one");
  queue.wake("default/one");
  clock.advance(600_000);
  assert.equal(queue.pop(), undefined);
});

test("a pod whose promise failed is tried again after its backoff, whatever rejected it", () => {
  const { queue } = setUp();
  queue.add(pod("one"));
  queue.returnRejected(queue.pop()!, new Set(["Never"]));
  queue.wake("default/one");
  assert.equal(queue.pop()?.key, "default/one");
});
