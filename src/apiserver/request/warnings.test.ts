import assert from "node:assert/strict";
import { test } from "node:test";
import { Warnings } from "./warnings.ts";

function sent(...messages: string[]): readonly string[] {
  const warnings = new Warnings();
  for (const message of messages) warnings.add(message);
  return warnings.headers()["warning"] ?? [];
}

test("a warning is sent once, quoted, in the bytes of UTF-8", () => {
  assert.deepEqual(sent('a "b"\nc', 'a "b"\nc', "é"), ['299 - "a \\"b\\" c"', '299 - "Ã©"']);
});

test("warnings that are too long together are each cut", () => {
  const [long, short] = sent("x".repeat(4000), "y".repeat(200));
  assert.equal(long, `299 - "${"x".repeat(256)}"`);
  assert.equal(short, `299 - "${"y".repeat(200)}"`);
});

test("the number of warnings has an end", () => {
  const many = Array.from({ length: 100 }, (_, index) => `${index} ${"x".repeat(300)}`);
  assert.equal(sent(...many).length, 16);
});
