import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { JsonText, maximumDepth, parseJson, syntaxProblem } from "./json-text.ts";

/** What Go's reader says to each. */
const problems: Record<string, string> = {
  "": "unexpected end of JSON input",
  "{": "unexpected end of JSON input",
  '{"a"': "unexpected end of JSON input",
  '{"a":1,}': "invalid character '}' looking for beginning of object key string",
  "{a:1}": "invalid character 'a' looking for beginning of object key string",
  '{"a" 1}': "invalid character '1' after object key",
  '{"a":1 "b":2}': "invalid character '\"' after object key:value pair",
  "[1 2]": "invalid character '2' after array element",
  "{} x": "invalid character 'x' after top-level value",
  tru: "unexpected end of JSON input",
  trux: "invalid character 'x' in literal true (expecting 'e')",
  "-x": "invalid character 'x' in numeric literal",
  "1.x": "invalid character 'x' after decimal point in numeric literal",
  "1ex": "invalid character 'x' in exponent of numeric literal",
  '"\\x"': "invalid character 'x' in string escape code",
  '"\\u12x4"': "invalid character 'x' in \\u hexadecimal character escape",
  '"a\nb"': "invalid character '\\n' in string literal",
  "'a'": "invalid character '\\'' looking for beginning of value",
};

test("what is no JSON is told in Go's words", () => {
  for (const [text, problem] of Object.entries(problems)) assert.equal(syntaxProblem(text), problem, text);
});

test("all JSON is read to its end", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const reader = new JsonText(` ${text}\n`);
      assert.equal(reader.literal(), text);
      reader.end();
    }),
  );
});

test("what is nested too deep is refused, whatever stands in its texts", () => {
  const nested = (depth: number) =>
    `{"text":"]]]\\"[[[${"]".repeat(5000)}","deep":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  assert.ok(parseJson(nested(maximumDepth - 1)));
  assert.ok(parseJson(JSON.stringify("[".repeat(maximumDepth * 3))));
  const tooDeep = { name: "JsonSyntaxError", message: "invalid character '[' exceeded max depth" };
  assert.throws(() => parseJson(nested(maximumDepth)), tooDeep);
  assert.throws(() => parseJson("[".repeat(1_000_000)), tooDeep);
});

test("a text without end, full of escaped quotes, is refused at once", () => {
  const before = process.cpuUsage();
  const endless = `[${"[],".repeat(maximumDepth + 1)}"${'\\"'.repeat(1_000_000)}`;
  assert.throws(() => parseJson(endless), { name: "JsonSyntaxError", message: "unexpected end of JSON input" });
  // A test that does not wait is never stopped by its timeout.
  assert.ok(process.cpuUsage(before).user < 5_000_000);
});
