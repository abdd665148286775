import assert from "node:assert/strict";
import { test } from "node:test";
import type { appsv1 } from "../../api/mod.ts";
import { newSetAnnotations, revisionAnnotation, revisionHistoryAnnotation } from "./annotations.ts";
import { maxRevision } from "./replica-sets.ts";

const deployment = { metadata: { annotations: {} } } as appsv1.Deployment;

function setOf(revision: string): appsv1.ReplicaSet {
  return { metadata: { annotations: { [revisionAnnotation]: revision } } } as unknown as appsv1.ReplicaSet;
}

test("revisions are counted exactly, however large a user has set them", () => {
  const next = maxRevision([setOf("3546343826724305832"), setOf("7"), setOf("none")]) + 1n;
  const annotations = newSetAnnotations(deployment, {}, next, true);
  assert.equal(annotations[revisionAnnotation], "3546343826724305833");
});

test("a set that is current again takes the newest revision and remembers the one it had", () => {
  const present = { [revisionAnnotation]: "2", [revisionHistoryAnnotation]: "1" };
  const annotations = newSetAnnotations(deployment, present, 5n, false);
  assert.equal(annotations[revisionAnnotation], "5");
  assert.equal(annotations[revisionHistoryAnnotation], "1,2");
});
