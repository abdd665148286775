import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { clone, type KubernetesObject } from "../object.ts";
import { allResources } from "../resources.ts";
import { boolean, field, fieldsV1, int32, json, list, map, message, string } from "../schema/language.ts";
import type { Kind } from "../schema/types.ts";
import { arbitraryObject } from "../testdata/arbitrary.ts";
import { normalize } from "./json-decode.ts";
import { decodeMessage } from "./protobuf-decode.ts";
import { encodeMessage } from "./protobuf-encode.ts";

const inner = message("Inner", {
  name: field(1, string),
  tags: field(2, list(string)),
  tail: field(3, string, { always: true }),
});
const outer = message("Outer", {
  name: field(1, string),
  count: field(2, int32),
  isSet: field(3, boolean, { pointer: true }),
  inner: field(4, inner),
  numbers: field(5, list(int32)),
  words: field(6, list(string, { wrapped: true })),
  marks: field(7, map(string)),
  any: field(8, json),
  anything: field(9, list(json)),
  fields: field(10, fieldsV1),
});

const read = (hex: string) => decodeMessage(outer, Buffer.from(hex.replaceAll(" ", ""), "hex")) as object;

test("what protobuf says is in canonical form at once, messages that come twice included", () => {
  for (const schema of allResources.flatMap((info) => info.schema ?? [])) {
    const objects = arbitraryObject(schema).map((object) =>
      normalize(schema as Kind<KubernetesObject>, object as never),
    );
    fc.assert(
      fc.property(objects, objects, (one, other) => {
        const parts = [one, other].map((object) => encodeMessage(schema as Kind<KubernetesObject>, object));
        const found = decodeMessage(schema as Kind<KubernetesObject>, Buffer.concat(parts));
        assert.deepEqual(found, normalize(schema as Kind<KubernetesObject>, clone(found)));
      }),
      { numRuns: 2, seed: 1 },
    );
  }
});

test("of a field that comes twice the last counts, lists, maps and messages go on", () => {
  const cases: readonly (readonly [string, object])[] = [
    ["0a0161 0a0162", { name: "b" }],
    ["0a0161 1002 0a00", { count: 2 }],
    ["1801 1800", { isSet: false }],
    ["2805 2806", { numbers: [5, 6] }],
    ["2a020102 2803 2a0104", { numbers: [1, 2, 3, 4] }],
    ["3a060a0161120162 0a0161 3a060a0163120164", { name: "a", marks: { a: "b", c: "d" } }],
    ["22030a0161 2206120162120163 22051203646566", { inner: { name: "a", tags: ["b", "c", "def"], tail: "" } }],
    ["2206 0a0161 1a017a 2202 0a00", { inner: { tail: "z" } }],
  ];
  for (const [hex, object] of cases) assert.deepEqual(read(hex), object);
});

test("what means nothing is never put in", () => {
  const cases: readonly (readonly [string, object])[] = [
    ["0a00 1000", {}],
    ["1800", { isSet: false }],
    ["2200", { inner: { tail: "" } }],
    ["3200", {}],
    ["32030a0161", { words: ["a"] }],
    ["3a00", { marks: { "": "" } }],
    ["4200 4206 0a04 6e756c6c", {}],
    ["4a06 0a04 6e756c6c 4a03 0a01 37", { anything: [null, 7] }],
    ["5200", {}],
  ];
  for (const [hex, object] of cases) assert.deepEqual(read(hex), object);
});

test("a field of another wire type is refused, in wrapped lists too", () => {
  for (const hex of ["08 01", "32 02 08 01", "22 02 08 01"])
    assert.throws(() => read(hex), { message: "proto: wrong wireType = 0 for field 1" });
});

test("owned fields that were read before are not read again, and nobody can change them", () => {
  const sent = encodeMessage(outer, { fields: { "f:spec": { "f:replicas": {} } } });
  const [first, second] = [1, 2].map(() => decodeMessage(outer, sent).fields);
  assert.deepEqual(first, { "f:spec": { "f:replicas": {} } });
  assert.equal(first, second);
  assert.ok(Object.isFrozen(first?.["f:spec"]));
});
