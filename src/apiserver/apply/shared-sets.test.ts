import assert from "node:assert/strict";
import { test } from "node:test";
import { sharedSet } from "./shared-sets.ts";

const ofPod = (ip: string) => ({
  "f:status": {
    "f:conditions": { 'k:{"type":"Ready"}': { ".": {}, "f:status": {} } },
    "f:podIPs": { [`k:{"ip":"${ip}"}`]: { ".": {}, "f:ip": {} } },
  },
});

test("objects whose fields have the same owners share one set", () => {
  const set = sharedSet(ofPod("10.0.0.1"));
  assert.deepEqual(set, ofPod("10.0.0.1"));
  assert.equal(sharedSet(ofPod("10.0.0.1")), set);
});

test("sets that differ in one address share the rest", () => {
  const [one, other] = [sharedSet(ofPod("10.0.0.2")), sharedSet(ofPod("10.0.0.3"))];
  assert.deepEqual(other, ofPod("10.0.0.3"));
  assert.equal(one["f:status"]!["f:conditions"], other["f:status"]!["f:conditions"]);
});

test("sets that differ in the order of their fields are not taken for each other: bytes are made of them", () => {
  const [first, second] = [sharedSet({ "f:a": {}, "f:b": {} }), sharedSet({ "f:b": {}, "f:a": {} })];
  assert.deepEqual(Object.keys(first), ["f:a", "f:b"]);
  assert.deepEqual(Object.keys(second), ["f:b", "f:a"]);
});
