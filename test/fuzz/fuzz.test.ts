/** A few thousand inputs for each decoder, the same ones every time; `npm run soak -- fuzz` takes as many as wanted. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzz } from "./fuzzer.ts";
import { targets } from "./targets.ts";

for (const target of targets)
  test(`the ${target.name} decoder takes any input without a crash, a hang or a foreign error`, async () => {
    const { findings, accepted } = await fuzz(target, { seed: 1, inputs: target.shortRun ?? 3000, mostFindings: 3 });
    assert.deepEqual(
      findings.map(({ problem, input }) => `${problem}\n${input.toString("latin1").slice(0, 500)}`),
      [],
    );
    assert.ok(accepted > 0, "good inputs are among them");
  });
