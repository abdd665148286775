import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonPath } from "./json-path.ts";
import { JsonPathError } from "./json-path-parser.ts";

const value = {
  spec: { hosts: ["a", "b", "c"], "x.y": 1, deep: { name: "n" } },
  status: {
    conditions: [
      { type: "Ready", status: "True", count: 3 },
      { type: "Synced", status: "False", count: 1, reason: "None" },
    ],
  },
};

const cases: readonly (readonly [string, unknown[]])[] = [
  [".spec.deep.name", ["n"]],
  ["{.spec.deep.name}", ["n"]],
  ["$.spec.deep.name", ["n"]],
  [".spec['deep'].name", ["n"]],
  [".spec.x\\.y", [1]],
  ['.spec["x.y"]', [1]],
  [".spec.hosts[0]", ["a"]],
  [".spec.hosts[-1]", ["c"]],
  [".spec.hosts[1:]", ["b", "c"]],
  [".spec.hosts[0:3:2]", ["a", "c"]],
  [".spec.hosts[0,2]", ["a", "c"]],
  [".spec.hosts[*]", ["a", "b", "c"]],
  [".spec.hosts[9]", []],
  [".spec.hosts[-9]", []],
  ['.status.conditions[?(@.type=="Ready")].status', ["True"]],
  [".status.conditions[?(@.type=='Synced')].status", ["False"]],
  [".status.conditions[?(@.count>=2)].type", ["Ready"]],
  [".status.conditions[?(@.reason)].type", ["Synced"]],
  [".status.conditions[?(@.type!='Ready')].type", ["Synced"]],
  ["..name", ["n"]],
  [".spec.constructor", []],
  [".nothing.at.all", []],
];

test("a path finds the values it leads to", () => {
  for (const [path, found] of cases) assert.deepEqual(jsonPath(path).find(value), found, path);
});

test("what is no path is refused", () => {
  for (const path of [".a[", ".a[?(x==1)]", ".a[b]", ".a[]"]) assert.throws(() => jsonPath(path), JsonPathError, path);
});
