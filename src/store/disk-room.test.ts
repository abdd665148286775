import assert from "node:assert/strict";
import { test } from "node:test";
import { failsWith } from "./contract.suite.ts";
import { DiskRoom } from "./disk-room.ts";

const mebibyte = 1024 * 1024;

test("the system is asked again only when its answer is old or nearly used up", () => {
  let [asked, free] = [0, 10 * mebibyte];
  const room = new DiskRoom("/data", () => {
    asked++;
    return free;
  });
  for (let write = 0; write < 4; write++) room.require(mebibyte);
  assert.equal(asked, 1);
  free = 2.5 * mebibyte;
  assert.throws(() => room.require(mebibyte), failsWith("full"));
  assert.equal(asked, 2);
});

test("deletions are tried on a full disk, values are refused, until there is room", () => {
  let free = 0;
  const room = new DiskRoom("/data", () => free);
  room.require(0);
  assert.throws(() => room.require(1), failsWith("full"));
  free = 2 * mebibyte;
  room.require(1);
});
