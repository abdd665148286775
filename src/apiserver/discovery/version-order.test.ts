import assert from "node:assert/strict";
import { test } from "node:test";
import { compareVersions } from "./version-order.ts";

test("versions are ordered by stage, then by number, and other names come last", () => {
  const best = ["v10", "v2", "v1", "v11beta2", "v10beta3", "v3beta1", "v12alpha1", "v11alpha2", "foo1", "foo10"];
  assert.deepEqual(
    best.toReversed().sort((a, b) => compareVersions(b, a)),
    best,
  );
});
