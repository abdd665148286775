import assert from "node:assert/strict";
import { test } from "node:test";
import { cidrProblems, ipProblems, parseCidr } from "./address-rules.ts";

test("an address is read alike by everybody", () => {
  assert.deepEqual(ipProblems("10.1.2.3"), []);
  assert.deepEqual(ipProblems("fd00::1"), []);
  assert.deepEqual(ipProblems("010.1.2.3"), ["must not have leading 0s"]);
  assert.match(ipProblems("x")[0]!, /must be a valid IP address/);
});

test("a block has no bits beyond its prefix", () => {
  assert.deepEqual(cidrProblems("10.0.0.0/8"), []);
  assert.deepEqual(cidrProblems("10.0.0.1/8"), ["must not have bits set beyond the prefix length"]);
  assert.deepEqual(cidrProblems("010.0.0.0/8"), ["must not have leading 0s in IP or prefix length"]);
  assert.deepEqual(cidrProblems("::ffff:1.2.3.0/120"), []);
  assert.match(cidrProblems("10.0.0.0/33")[0]!, /must be a valid CIDR value/);
});

test("blocks nest by their bits", () => {
  assert.ok(parseCidr("10.1.0.0/16")!.bits.startsWith(parseCidr("10.0.0.0/8")!.bits));
  assert.ok(!parseCidr("11.1.0.0/16")!.bits.startsWith(parseCidr("10.0.0.0/8")!.bits));
});
