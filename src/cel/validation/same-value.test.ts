import assert from "node:assert/strict";
import { test } from "node:test";
import { sameValue } from "./same-value.ts";

const keyed = {
  type: "array",
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": ["name"],
  items: { type: "object", properties: { name: { type: "string" }, value: { type: "integer" } } },
} as const;

test("items of a keyed list may change places and nothing else, however many there are", { timeout: 10_000 }, () => {
  const same = sameValue(keyed as unknown as Parameters<typeof sameValue>[0]);
  const items = Array.from({ length: 50_000 }, (_, value) => ({ name: `n${value}`, value }));
  const turned = items.toReversed();
  assert.ok(same(turned, items));
  assert.ok(!same([...turned.slice(1), { name: "n49999", value: 0 }], items));
  assert.ok(!same(turned.slice(1), items));
});
