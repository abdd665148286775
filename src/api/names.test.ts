import assert from "node:assert/strict";
import { test } from "node:test";
import * as names from "./names.ts";

test("good names have no problems", () => {
  for (const text of ["a", "my-name", "a".repeat(63), "0a"]) assert.deepEqual(names.dns1123LabelProblems(text), []);
  for (const text of ["a.b-c.d", "example.com"]) assert.deepEqual(names.dns1123SubdomainProblems(text), []);
  for (const text of ["a", "A_b.c-D", "example.com/My.Name"]) assert.deepEqual(names.qualifiedNameProblems(text), []);
  for (const text of ["", "a_B.c"]) assert.deepEqual(names.labelValueProblems(text), []);
  for (const text of ["key.name", "_", ".a"]) assert.deepEqual(names.configMapKeyProblems(text), []);
  for (const text of ["http", "a-1"]) assert.deepEqual(names.portNameProblems(text), []);
});

test("bad names are told in upstream's words", () => {
  assert.match(
    names.dns1123SubdomainProblems("A_b")[0] ?? "",
    /^a lowercase RFC 1123 subdomain must consist of lower case/,
  );
  assert.deepEqual(names.dns1123SubdomainProblems("a".repeat(254)), ["must be no more than 253 characters"]);
  assert.match(names.dns1035LabelProblems("1a")[0] ?? "", /^a DNS-1035 label must consist/);
  assert.match(
    names.qualifiedNameProblems("x/y/z")[0] ?? "",
    /^a valid label key must consist of .*'example.com\/MyName'\)$/,
  );
  assert.deepEqual(names.qualifiedNameProblems("/a"), ["prefix part must be non-empty"]);
  assert.equal(names.qualifiedNameProblems("a/").length, 2);
  assert.deepEqual(names.qualifiedNameProblems("a".repeat(64)), ["name part must be no more than 63 bytes"]);
  assert.deepEqual(names.labelValueProblems("b".repeat(64)), ["must be no more than 63 bytes"]);
  assert.deepEqual(names.configMapKeyProblems(".."), ["must not be '..'"]);
  assert.deepEqual(names.portNameProblems("1"), ["must contain at least one letter (a-z)"]);
  assert.deepEqual(names.portNameProblems("a--b"), ["must not contain consecutive hyphens"]);
  assert.deepEqual(names.pathSegmentProblems("a/b%"), ["may not contain '/'", "may not contain '%'"]);
});
