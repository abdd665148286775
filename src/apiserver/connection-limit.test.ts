import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionLimit } from "./connection-limit.ts";

const limits = (files: string) =>
  `Limit                     Soft Limit           Hard Limit           Units     \nMax open files            ${files}                ${files}                files     \n`;

test("as many connections as the server wants, where the process may have many files open", () => {
  assert.deepEqual(connectionLimit(limits("20000")), { connections: 16_000, descriptors: 20_000, lowered: false });
});

test("few files leave room for the store and the logs, and the limit is told as lowered", () => {
  assert.deepEqual(connectionLimit(limits("4096")), { connections: 3096, descriptors: 4096, lowered: true });
  assert.deepEqual(connectionLimit(limits("256")), { connections: 192, descriptors: 256, lowered: true });
});

test("a system that sets or tells no limit gives the whole number", () => {
  assert.equal(connectionLimit("").connections, 16_000);
  assert.equal(connectionLimit(limits("unlimited")).connections, 16_000);
});
