import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../api/mod.ts";
import { isShown } from "./node-object.ts";

const condition = (type: string, lastHeartbeatTime = "2026-01-01T00:00:00Z") => ({
  type,
  status: "True",
  lastHeartbeatTime,
});
const status = (content: object) => content as unknown as corev1.NodeStatus;

test("a later heartbeat, an empty list that the API leaves out, and what others say of a node are no news of it", () => {
  const told = status({ images: [], conditions: [condition("Ready", "2026-01-01T00:00:10Z")] });
  assert.ok(isShown(told, status({ conditions: [condition("Ready")] })));
  assert.ok(isShown(told, status({ conditions: [condition("Clean"), condition("Ready")], volumesAttached: [] })));
});

test("a condition that has gone or says something else is news, and so is every other field", () => {
  const told = status({ images: [], addresses: [], conditions: [condition("Ready")] });
  assert.ok(!isShown(told, undefined));
  assert.ok(!isShown(told, status({ addresses: [], conditions: [] })));
  assert.ok(!isShown(told, status({ addresses: [], conditions: [{ ...condition("Ready"), status: "False" }] })));
  assert.ok(!isShown(told, status({ addresses: [{}], conditions: [condition("Ready")] })));
  assert.ok(!isShown(told, status({ conditions: [condition("Ready")] })));
});
