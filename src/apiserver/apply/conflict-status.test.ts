import assert from "node:assert/strict";
import { test } from "node:test";
import { conflictStatus } from "./conflict-status.ts";
import type { FieldSet } from "./field-set.ts";

const entry = (manager: string) =>
  ({ manager, operation: "Update", apiVersion: "v1", subresource: "", time: undefined, fields: {} }) as const;

/** Of the processor: a test that does not wait is never stopped by its timeout. */
const tenSeconds = 10_000_000;

test("conflicts are told by owner, and one in a sentence of its own", () => {
  const one = conflictStatus(new Map([[entry("a"), { "f:data": { "f:x": {} } }]]));
  assert.equal(one.message, 'Apply failed with 1 conflict: conflict with "a" using v1: .data.x');
  const more = conflictStatus(
    new Map<ReturnType<typeof entry>, FieldSet>([
      [entry("b"), { "f:data": { "f:z": {} } }],
      [entry("a"), { "f:data": { "f:x": {}, "f:y": {} } }],
    ]),
  );
  const list = 'conflicts with "a" using v1:\n- .data.x\n- .data.y\nconflicts with "b" using v1:\n- .data.z';
  assert.equal(more.message, `Apply failed with 3 conflicts: ${list}`);
});

test("as many conflicts as an object has room for are told at once", () => {
  const fields = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`f:${at}`, {}]));
  const before = process.cpuUsage();
  const { details } = conflictStatus(new Map([[entry("a"), { "f:data": fields }]]));
  assert.equal(details?.causes?.length, 100_000);
  assert.ok(process.cpuUsage(before).user < tenSeconds);
});
