import assert from "node:assert/strict";
import { test } from "node:test";
import { clone, type corev1, deepFreeze } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { pod } from "./pod.ts";

const context = { user: { name: "u", groups: [] }, dryRun: false, now: 0 } as unknown as RequestContext;
const stored = deepFreeze({
  metadata: { name: "p" },
  spec: { containers: [{ name: "c", image: "i", lifecycle: { preStop: { exec: { command: ["x"] } } } }] },
} as unknown as corev1.Pod);

test("a pod's specification that an update leaves as it is remains the stored one itself", () => {
  const next = clone(stored);
  pod.prepareForUpdate!(next, stored, context);
  assert.equal(next.spec, stored.spec);
  const other = clone(stored);
  other.spec.containers[0]!.image = "j";
  pod.prepareForUpdate!(other, stored, context);
  assert.notEqual(other.spec, stored.spec);
  assert.equal(other.spec.containers[0]!.image, "j");
});
