import assert from "node:assert/strict";
import { test } from "node:test";
import { PodWorkers } from "./pod-workers.ts";
import type { PodServices } from "./services.ts";

test("a node starts, and says why, where cgroups and volumes of lost pods cannot be removed", async () => {
  const warnings: unknown[] = [];
  const fail = async (message: string) => {
    throw new Error(message);
  };
  const services = {
    runtime: { listSandboxes: async () => [] },
    cgroups: { removeOthers: () => fail("EBUSY") },
    volumes: { tearDownOthers: () => fail("target is busy") },
    log: { warn: (...parts: unknown[]) => warnings.push(parts) },
  };
  await new PodWorkers(services as unknown as PodServices, () => undefined).removeOrphans();
  assert.deepEqual(warnings, [
    [{ error: "EBUSY" }, "cgroups of lost pods were not removed"],
    [{ error: "target is busy" }, "volumes of lost pods were not removed"],
  ]);
});
