import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { KeptMessages } from "./kept-messages.ts";

const mebibyte = 1024 * 1024;

test("whatever is kept and left, what is not dropped is what was kept, and all of it takes no more than it may", () => {
  const step = fc.record({
    length: fc.integer({ min: 1, max: 100_000 }),
    leaves: fc.nat(),
    waits: fc.integer({ max: 30 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400, size: "max" }), (steps) => {
      let now = 0;
      const messages = new KeptMessages({ bytes: mebibyte, youthMs: 100 }, () => now);
      const present: { readonly message: Buffer; readonly kept: ReturnType<KeptMessages["keep"]> }[] = [];
      for (const [index, { length, leaves, waits }] of steps.entries()) {
        now += waits;
        const message = Buffer.alloc(length, `${index}-${length}`);
        present.push({ message, kept: messages.keep(message) });
        const [left] = leaves % 2 === 0 ? present.splice(leaves % present.length, 1) : [];
        if (left?.kept) messages.leave(left.kept);
        assert.ok(messages.bytes <= mebibyte);
      }
      for (const { message, kept } of present) if (kept?.bytes) assert.ok(kept.bytes.equals(message));
    }),
    { numRuns: 20 },
  );
});

test("the oldest make room, but no young ones; what nobody needs makes room at once", () => {
  let now = 0;
  const messages = new KeptMessages({ bytes: mebibyte, youthMs: 1000 }, () => now);
  const keep = () => messages.keep(Buffer.alloc(mebibyte / 4));
  const first = keep();
  now = 500;
  const others = [keep(), keep(), keep()];
  assert.equal(keep(), undefined);
  now = 1000;
  assert.ok(keep());
  assert.equal(first!.bytes, undefined);
  assert.equal(first!.length, 0);
  assert.equal(keep(), undefined);
  messages.leave(others[1]!);
  assert.ok(keep());
  assert.equal(messages.bytes, mebibyte);
});

test("small messages share buffers, which go when none of them is needed any more", () => {
  const messages = new KeptMessages();
  const kept = Array.from({ length: 5000 }, () => messages.keep(Buffer.alloc(1000))!);
  assert.ok(messages.bytes < 5.3 * mebibyte);
  for (const message of kept) messages.leave(message);
  assert.equal(messages.bytes, mebibyte / 4);
});
