import assert from "node:assert/strict";
import { test } from "node:test";
import type { StorageVersionMigration } from "./schema.ts";
import { strategy } from "./strategy.ts";

function cells(spec: object | undefined, conditions: readonly object[] = []): unknown[] {
  const object = { metadata: { name: "m" }, ...(spec && { spec }), status: { conditions } };
  return strategy.columns?.map((column) => column.value(object as unknown as StorageVersionMigration, 0)) ?? [];
}

test("a row names the resource and how far its migration is", () => {
  const toys = { resource: { group: "example.dev", resource: "toys" } };
  const running = { type: "Running", status: "True" };
  const ended = [
    { type: "Running", status: "False" },
    { type: "Failed", status: "True" },
  ];
  assert.deepEqual(cells(toys), ["m", "toys.example.dev", "Unknown"]);
  assert.deepEqual(cells({ resource: { group: "", resource: "pods" } }, [running]), ["m", "pods", "Running"]);
  assert.deepEqual(cells(toys, ended), ["m", "toys.example.dev", "Failed"]);
  assert.deepEqual(cells(undefined), ["m", "", "Unknown"]);
});
