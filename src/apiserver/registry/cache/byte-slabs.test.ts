import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ByteSlabs, type Slab } from "./byte-slabs.ts";
import { Entry } from "./entry.ts";
import { undeclaredForm } from "./stored-form.ts";

const entry = (name: string, bytes: Buffer) => new Entry(`/registry/${name}`, 1, bytes, undeclaredForm);

test("whatever comes, rests and is replaced, everybody reads their own bytes", () => {
  const step = fc.record({ name: fc.integer({ min: 0, max: 400 }), length: fc.integer({ min: 1, max: 20_000 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600, size: "max" }), (steps) => {
      const slabs = new ByteSlabs();
      const present = new Map<number, { readonly entry: Entry; readonly bytes: Buffer }>();
      const retired: { readonly entry: Entry; readonly bytes: Buffer }[] = [];
      for (const { name, length } of steps) {
        const bytes = Buffer.alloc(length, `${name}-${length}`);
        const next = { entry: entry(String(name), Buffer.from(bytes)), bytes };
        const known = present.get(name);
        if (known) {
          known.entry.retire(slabs);
          retired.push(known);
        }
        next.entry.rest(slabs);
        present.set(name, next);
      }
      for (const one of [...present.values(), ...retired]) {
        assert.ok(one.entry.stored.equals(one.bytes));
        assert.equal(one.entry.storedLength, one.bytes.length);
        const copy = Buffer.alloc(one.bytes.length);
        assert.equal(one.entry.copyStored(copy, 0, 1), one.bytes.length - 1);
        assert.ok(copy.subarray(0, -1).equals(one.bytes.subarray(1)));
      }
    }),
    { numRuns: 20 },
  );
});

test("what is needed takes no more than about twice its room, however much is replaced", () => {
  const slabs = new ByteSlabs();
  const count = 2000;
  const entries = Array.from({ length: count }, (_, index) => entry(`${index}`, Buffer.alloc(1000)));
  for (const one of entries) one.rest(slabs);
  for (let round = 0; round < 20_000; round++) {
    // Some are replaced again and again, the others never.
    const index = ((round * 7919) % (count / 4)) * 4;
    entries[index]!.retire(slabs);
    entries[index] = entry(`${index}`, Buffer.alloc(1000));
    entries[index]!.rest(slabs);
  }
  const used = new Set<Slab | undefined>(entries.map(({ slab }) => slab));
  assert.ok(!used.has(undefined));
  assert.ok(used.size * 256 * 1024 <= 2.5 * count * 1000, `${used.size} slabs`);
});

test("large values stay where they are", () => {
  const large = entry("large", Buffer.alloc(100_000));
  large.rest(new ByteSlabs());
  assert.equal(large.slab, undefined);
  assert.equal(large.storedLength, 100_000);
});

test("what is no longer needed is not held by its slab", () => {
  const slabs = new ByteSlabs();
  const stays = entry("stays", Buffer.alloc(100));
  stays.rest(slabs);
  for (let index = 0; index < 200; index++) {
    const goes = entry("goes", Buffer.alloc(100));
    goes.rest(slabs);
    goes.retire(slabs);
  }
  assert.ok(stays.slab!.tenants.includes(stays));
  assert.ok(stays.slab!.tenants.length < 12, `${stays.slab!.tenants.length} tenants`);
});
