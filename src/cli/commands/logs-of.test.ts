import assert from "node:assert/strict";
import { test } from "node:test";
import { componentOf } from "./logs-of.ts";

test("the log of a node's agent goes by the node's name", () => {
  const files = ["containerd-node-1.log", "control-plane.log", "node-node-1.log", "supervisor.log"];
  assert.deepEqual(files.map(componentOf), ["containerd-node-1", "control-plane", "node-1", "supervisor"]);
});
