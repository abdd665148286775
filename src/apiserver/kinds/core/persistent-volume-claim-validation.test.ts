import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../../api/mod.ts";
import { validateClaimUpdate } from "./persistent-volume-claim-validation.ts";

function claimOf(storage?: string, capacity?: string): corev1.PersistentVolumeClaim {
  const requests = storage && { requests: { storage } };
  const spec = { accessModes: ["ReadWriteOnce"], volumeName: "v", resources: { ...requests } };
  const status = { phase: "Bound", ...(capacity && { capacity: { storage: capacity } }) };
  const metadata = { name: "c", namespace: "n" };
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata,
    spec,
    status,
  } as unknown as corev1.PersistentVolumeClaim;
}

test("a bound claim may ask for less again, but for more than it has", () => {
  const context = { dryRun: false, now: 0 } as Parameters<typeof validateClaimUpdate>[2];
  const shrunk = (to?: string, capacity?: string) =>
    validateClaimUpdate(claimOf(to, capacity), claimOf("3Gi", capacity), context).map(({ message }) => message);
  assert.deepEqual(shrunk("2Gi", "1Gi"), []);
  assert.deepEqual(shrunk("1Gi", "1Gi"), ["Forbidden: field can not be less than status.capacity"]);
  const none = ["Required value", "Forbidden: field can not be less than status.capacity"];
  assert.deepEqual([shrunk(undefined, "1Gi"), shrunk(undefined)], [none, none]);
  assert.deepEqual(shrunk("1Gi"), [], "nothing is known of what it has");
});
