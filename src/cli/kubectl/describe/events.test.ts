import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyObject } from "../resource-types.ts";
import { eventsOf } from "./events.ts";

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
