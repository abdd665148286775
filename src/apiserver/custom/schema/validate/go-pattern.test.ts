import assert from "node:assert/strict";
import { test } from "node:test";
import { goPattern } from "./go-pattern.ts";

const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["(?i)^abc$", ["ABC", "abc"], ["x"]],
  ["^[[:alpha:]]+$", ["abc"], ["1"]],
  ["^\\pL+$", ["é"], ["1"]],
  ["^\\p{Greek}$", ["α"], ["a"]],
  ["\\Aab\\z", ["ab"], ["abx", "ab\n"]],
  ["^[\\w-.]+$", ["a-b.c"], ["a b"]],
  ["^a.c$", ["a\u2028c", "a😀c", "abc"], ["a\nc", "ac"]],
  ["^.{2}$", ["😀😀", "ab", "é😀"], ["😀"]],
  ["^[^a]$", ["😀", "b"], ["a", "bb"]],
  ["^\\S\\D\\W$", ["a😀😀", "ab."], ["a1.", " b."]],
  ["^\\_x$", ["_x"], ["x"]],
  ["^(?P<n>a)b$", ["ab"], ["b"]],
  ["^{a}$", ["{a}"], ["a"]],
  ["^a]$", ["a]"], ["a"]],
  ["^[]a]+$", ["]a"], ["b"]],
  ["^[a\\-z]+$", ["a-z"], ["b"]],
  ["^\\Qa.b\\E$", ["a.b"], ["axb"]],
  ["^\\x41\\x{42}$", ["AB"], ["ab"]],
  ["", ["", "x"], []],
];

test("expressions of RE2 mean here what they mean there", () => {
  for (const [pattern, matching, others] of cases) {
    for (const text of matching) assert.ok(goPattern(pattern).test(text), `${pattern} ${text}`);
    for (const text of others) assert.ok(!goPattern(pattern).test(text), `${pattern} ${text}`);
  }
});

test("what RE2 does not know is refused", () => {
  for (const pattern of [
    "[a",
    "(a",
    "a)",
    "a**",
    "(?=a)",
    "(?<!a)",
    "\\1",
    "*a",
    "a{1001}",
    "\\",
    "[b-a]",
    "[[:foo:]]",
  ])
    assert.throws(() => goPattern(pattern), SyntaxError, pattern);
});

test("no text keeps a pattern busy for long", { timeout: 10_000 }, () => {
  for (const pattern of ["^(a+)+$", "^(a|aa)*$", "^([a-z]*)*x$", "^(\\w+\\s?)*$", "^(.*)*x$", "^([^b]*)*x$"])
    assert.ok(!goPattern(pattern).test(`${"a".repeat(5000)}!`), pattern);
});

test("nor does one with counted repetitions, properties of characters or no regard for case", {
  timeout: 10_000,
}, () => {
  const patterns = ["^(a{1,30}){1,30}$", "^(\\p{L}+)+$", "^([^\\W]+)+$", "(?i)^(A+)+$", "^(\\p{Lu}|\\pL+)+$"];
  for (const pattern of patterns) {
    assert.ok(!goPattern(pattern).test(`${"a".repeat(2000)}!`), pattern);
    for (const length of [10, 40]) assert.ok(goPattern(pattern).test("a".repeat(length)), `${pattern} ${length}`);
  }
});

const processorMs = (work: () => unknown) => {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user / 1000;
};

test("a pattern as long as a definition is read in time that grows with it", () => {
  assert.ok(processorMs(() => assert.throws(() => goPattern("[".repeat(300_000)))) < 3000);
  assert.ok(processorMs(() => assert.throws(() => goPattern("\\p{Lu}".repeat(100_000)))) < 3000);
  assert.ok(goPattern("\\p{Lu}|".repeat(600)).test("a"));
});
