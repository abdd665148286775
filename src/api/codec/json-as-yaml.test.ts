import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readJsonAsYaml } from "./json-as-yaml.ts";
import { parseYaml } from "./yaml.ts";

const word = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom("<<", "yes", "0x1", "1e3", "null", "~", "a: b", "# x"),
);
const scalar = fc.oneof(
  word,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, scalar, fc.array(tie("value"), { maxLength: 3 }), tie("members")),
  members: fc.dictionary(word, tie("value"), { maxKeys: 4 }),
}));

test("what is read as JSON means the same as YAML", () => {
  let quick = 0;
  fc.assert(
    fc.property(fc.dictionary(word, value, { maxKeys: 4 }), fc.constantFrom(undefined, 1), (object, indent) => {
      const text = JSON.stringify(object, undefined, indent);
      const read = readJsonAsYaml(text);
      if (read === undefined) return;
      quick++;
      assert.deepEqual(JSON.stringify(read), JSON.stringify(parseYaml(text)));
    }),
    { numRuns: 1000, seed: 1 },
  );
  assert.ok(quick > 800, `${quick} texts were read quickly`);
});

test("keys that stand twice, other characters and what is no JSON are left to the reader of YAML", () => {
  for (const text of ['{"a":1,"a":2}', '{"a":"ä"}', '{"a":"\\u00e4"}', '{"a":\t1}', "{a: 1}", "a: 1", "[]", ""])
    assert.equal(readJsonAsYaml(text), undefined, text);
});
