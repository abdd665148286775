import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../../api/mod.ts";
import type { AnyObject } from "../resource-types.ts";
import { eventLines, eventsOf } from "./events.ts";

/** The `uid`s that, of events about objects of one name, are about this one. */
async function chosen(object: AnyObject, uids: readonly (string | undefined)[]): Promise<(string | undefined)[]> {
  const events = uids.map((uid) => ({ involvedObject: { uid } }));
  const list = async <T>() => events as T[];
  const found = await eventsOf(object, { list });
  return found.map(({ involvedObject: { uid } }) => uid);
}

test("an object made again has none of the events of the one before", async () => {
  const object = { kind: "Deployment", metadata: { name: "web", uid: "new" } };
  assert.deepEqual(await chosen(object, ["old", "new", "web", undefined]), ["new"]);
});

test("a node has the events that its kubelet wrote, who knows it by name", async () => {
  const object = { kind: "Node", metadata: { name: "one", uid: "new" } };
  assert.deepEqual(await chosen(object, ["old", "new", "one", undefined]), ["new", "one"]);
});

test("the mirror of a static pod has the events of that pod", async () => {
  const annotations = { "kubernetes.io/config.mirror": "static" };
  const object = { kind: "Pod", metadata: { name: "proxy", uid: "mirror", annotations } };
  assert.deepEqual(await chosen(object, ["static", "mirror"]), ["static"]);
});

test("how long ago something happened is told as tables tell it, and never as more than it was", () => {
  const now = Date.parse("2026-11-22T12:00:00Z");
  const happened = (lastTimestamp: string, more = {}) =>
    eventLines([{ lastTimestamp, involvedObject: {}, ...more } as unknown as corev1.Event], now)
      .at(-1)!
      .map((cell) => cell.trim());
  assert.equal(happened("2026-11-22T11:59:57.300Z")[2], "2s");
  const repeated = { count: 3, firstTimestamp: "2026-11-20T07:00:00Z" };
  assert.equal(happened("2026-11-22T08:15:00Z", repeated)[2], "3h45m (x3 over 2d5h)");
});
