import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../api/mod.ts";
import { withoutHeartbeat } from "./node-object.ts";

test("a later heartbeat, and an empty list that the API leaves out, are no news of a node", () => {
  const condition = (lastHeartbeatTime: string) => ({ type: "Ready", status: "True", lastHeartbeatTime });
  const told = { images: [], conditions: [condition("2026-01-01T00:00:10Z")] } as unknown as corev1.NodeStatus;
  const answered = { conditions: [condition("2026-01-01T00:00:00Z")] } as unknown as corev1.NodeStatus;
  assert.deepEqual(withoutHeartbeat(told), withoutHeartbeat(answered));
});
