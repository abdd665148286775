import assert from "node:assert/strict";
import { test } from "node:test";
import type { FieldSet } from "./field-set.ts";
import { SetChain } from "./set-chain.ts";

const shared = (set: FieldSet) => SetChain.of(set).set;

const ofPod = (ip: string) => ({
  "f:status": {
    "f:conditions": { 'k:{"type":"Ready"}': { ".": {}, "f:status": {} } },
    "f:podIPs": { [`k:{"ip":"${ip}"}`]: { ".": {}, "f:ip": {} } },
  },
});

test("objects whose fields have the same owners share one set", () => {
  const set = shared(ofPod("10.0.0.1"));
  assert.deepEqual(set, ofPod("10.0.0.1"));
  assert.equal(shared(ofPod("10.0.0.1")), set);
  assert.ok(Object.isFrozen(set["f:status"]));
});

test("sets that differ in one address share the rest", () => {
  const [one, other] = [shared(ofPod("10.0.0.2")), shared(ofPod("10.0.0.3"))];
  assert.deepEqual(other, ofPod("10.0.0.3"));
  assert.equal(one["f:status"]!["f:conditions"], other["f:status"]!["f:conditions"]);
});

test("the elements of a set are in the order of the wire, whatever order they came in", () => {
  const set = shared({ "f:b": { "f:d": {}, "f:c": {}, ".": {} }, "f:a": {} });
  assert.equal(JSON.stringify(set), '{"f:a":{},"f:b":{".":{},"f:c":{},"f:d":{}}}');
  assert.equal(shared({ "f:a": {}, "f:b": { ".": {}, "f:c": {}, "f:d": {} } }), set);
});

test("a set is right after thousands of others, and a large one as well", () => {
  const of = (name: string, size: number) => {
    return Object.fromEntries(Array.from({ length: size }, (_, i) => [`f:${name}${1000 + i}`, {}]));
  };
  const before = shared(ofPod("10.0.0.4"));
  for (let n = 0; n < 200; n++) assert.deepEqual(shared(of(`x${n}`, 50)), of(`x${n}`, 50));
  assert.deepEqual(shared({ ...of("y", 1000), ...before }), { ...of("y", 1000), ...before });
  assert.deepEqual(shared(ofPod("10.0.0.4")), before);
});

test("what is remembered is small in every part: large sets, long elements and what has such a part are right and made anew", () => {
  const large = Object.fromEntries(Array.from({ length: 129 }, (_, i) => [`f:${1000 + i}`, {}]));
  const long = { [`f:${"x".repeat(300)}`]: {} };
  for (const set of [large, long, { "f:data": large }, { "f:spec": { "f:a": {}, "f:b": long } }]) {
    assert.deepEqual(shared(set), set);
    assert.notEqual(shared(set), shared(set));
  }
  const small = { "f:a": {} };
  assert.equal(shared({ "f:data": large, "f:other": small })["f:other"], shared(small));
});
