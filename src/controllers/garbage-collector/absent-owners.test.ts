import assert from "node:assert/strict";
import { test } from "node:test";
import { AbsentOwners } from "./absent-owners.ts";

const reference = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: "u1" };

function absentOwners() {
  let now = 0;
  const absent = new AbsentOwners({ monotonic: () => now });
  const pass = (ms: number) => {
    now += ms;
  };
  return { absent, pass };
}

test("an owner that was seen deleted is known for five minutes, and forgotten when others come after ten", () => {
  const { absent, pass } = absentOwners();
  absent.deleted("u1");
  pass(300_001);
  absent.deleted("u2");
  assert.ok(absent.isDeleted("u1"));
  pass(300_001);
  absent.deleted("u3");
  assert.ok(!absent.isDeleted("u1"));
  assert.ok(absent.isDeleted("u2"));
});

test("a reference that led nowhere says nothing about the same uid in another namespace", () => {
  const { absent } = absentOwners();
  absent.unresolved(reference, "team");
  assert.ok(absent.isUnresolved(reference, "team"));
  assert.ok(!absent.isUnresolved(reference, "other"));
  assert.ok(!absent.isDeleted("u1"));
});

test("of very many the newest are known", () => {
  const { absent } = absentOwners();
  for (let index = 0; index < 60_000; index++) absent.deleted(`u${index}`);
  assert.ok(absent.isDeleted("u59999"));
  assert.ok(absent.isDeleted("u35000"));
  assert.ok(!absent.isDeleted("u0"));
});
