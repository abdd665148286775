import assert from "node:assert/strict";
import { test } from "node:test";
import { metav1 } from "../../api/mod.ts";
import { printOutcome } from "./print-outcome.ts";

test("what a patch left alone is shown as upstream's types have it, what it went through by its keys", () => {
  const ownerReferences = [{ uid: "u", name: "n", kind: "K", apiVersion: "v1" }];
  const original = { name: "a", ownerReferences };
  const patched = { schema: metav1.objectMeta, original, verbatim: false };
  assert.equal(
    printOutcome(patched, { ownerReferences, name: "b", labels: { z: "1", a: "2" } }),
    '{"labels":{"a":"2","z":"1"},"name":"b","ownerReferences":[{"apiVersion":"v1","kind":"K","name":"n","uid":"u"}]}',
  );
});
