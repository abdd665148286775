import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubernetesObject } from "../../../api/mod.ts";
import { printerColumns } from "./printer-columns.ts";

const now = Date.parse("2026-01-01T00:05:00Z");
const object = {
  apiVersion: "a.b/v1",
  kind: "Widget",
  metadata: { name: "w", creationTimestamp: "2026-01-01T00:00:00Z" },
  spec: { replicas: 3, ratio: 1.5, on: true, list: ["a", 1], map: { a: 1 }, text: "x", none: null, million: 1500000.5 },
} as unknown as KubernetesObject;

function cell(type: string, path: string): unknown {
  const [, column] = printerColumns([{ name: "C", type, jsonPath: path }]);
  return column?.value(object, now);
}

test("cells are what the column's type makes of the value", () => {
  assert.equal(cell("integer", ".spec.replicas"), 3);
  assert.equal(cell("integer", ".spec.ratio"), 1);
  assert.equal(cell("number", ".spec.ratio"), 1.5);
  assert.equal(cell("boolean", ".spec.on"), true);
  assert.equal(cell("boolean", ".spec.text"), null);
  assert.equal(cell("date", ".metadata.creationTimestamp"), "5m");
  assert.equal(cell("date", ".spec.text"), "<invalid>");
  assert.equal(cell("string", ".spec.list"), '["a",1]');
  assert.equal(cell("string", ".spec.map"), '{"a":1}');
  assert.equal(cell("string", ".spec.replicas"), "3");
  assert.equal(cell("string", ".spec.list[*]"), "a");
  assert.equal(cell("string", ".spec.nothing"), null);
});

test("a definition without columns shows the age", () => {
  const [name, age] = printerColumns(undefined);
  assert.equal(name?.value(object, now), "w");
  assert.equal(age?.name, "Age");
  assert.equal(age?.value(object, now), "5m");
});
