import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonPatchProblems } from "./json-patch-problems.ts";

test("members that no operation of a JSON patch has are told, before what stands twice in the operation", () => {
  const patch = [
    { op: "add", path: "/data", value: {}, more: 1 },
    { op: "remove", path: "/data", less: 1 },
  ];
  assert.deepEqual(jsonPatchProblems(patch, ['duplicate field "[0].op"']), [
    'json patch unknown field "[0].more"',
    'json patch duplicate field "[0].op"',
    'json patch unknown field "[1].less"',
  ]);
});

test("what a value has twice the object has twice, unless a later operation takes it away", () => {
  const twice = ['duplicate field "[0].value[0].uid"'];
  const add = { op: "add", path: "/metadata/ownerReferences", value: [{ uid: "b" }] };
  assert.deepEqual(jsonPatchProblems([add], twice), [
    'json patch duplicate field "[0].value[0].uid"',
    'duplicate field "metadata.ownerReferences[0].uid"',
  ]);
  assert.deepEqual(jsonPatchProblems([add, { op: "remove", path: "/metadata/ownerReferences" }], twice), [
    'json patch duplicate field "[0].value[0].uid"',
  ]);
});

test("what is no JSON patch has no problems of this kind", () => {
  assert.deepEqual(jsonPatchProblems(null, []), []);
  assert.deepEqual(jsonPatchProblems([null, 7], []), []);
  const add = { op: "add", path: "/data", value: { a: "2" } };
  assert.equal(jsonPatchProblems([add, null], ['duplicate field "[0].value.a"']).length, 2);
});
