import assert from "node:assert/strict";
import { test } from "node:test";
import { addressAt, contains, formatAddress, overlaps, parseAddress, parseNetwork } from "./addresses.ts";

test("addresses are read and written, and what is none is refused", () => {
  assert.equal(formatAddress(parseAddress("255.1.2.3")!), "255.1.2.3");
  for (const text of ["", "1.2.3", "1.2.3.256", "1.2.3.4.5", "a.b.c.d", "::1"])
    assert.equal(parseAddress(text), undefined);
});

test("a network begins at its first address", () => {
  assert.deepEqual(parseNetwork("10.1.2.3/8"), { base: parseAddress("10.0.0.0"), bits: 8 });
  for (const text of ["10.0.0.0", "10.0.0.0/33", "10.0.0/8", "fd00::/64"]) assert.equal(parseNetwork(text), undefined);
  assert.equal(addressAt("10.96.0.0/16", 10), "10.96.0.10");
  assert.throws(() => addressAt("10.96.0.0/30", 4), RangeError);
});

test("networks overlap where they share an address", () => {
  assert.equal(overlaps("10.0.0.0/8", "10.244.0.0/16"), true);
  assert.equal(overlaps("10.244.0.0/16", "10.245.0.0/16"), false);
  assert.equal(contains(parseNetwork("10.244.0.0/16")!, parseAddress("10.244.255.255")!), true);
});
