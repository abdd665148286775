import assert from "node:assert/strict";
import { test } from "node:test";
import { configMap } from "../core/v1/config.ts";
import { DecodeError } from "./decode-error.ts";
import { decodeYaml, parseYaml, parseYamlDocuments, parseYamlText, stringifyYaml } from "./yaml.ts";

test("YAML means what upstream's reader makes of it", () => {
  const text = `
a: yes
b: off
c: 0755
d: 12:30
e: 2026-01-02
f: 1_000
g: 1e3
h: ~
i: "yes"
j: 0o17
k: 1.5
1: x
base: &base {m: 1}
l: {<<: *base, o: 2}
n: z
`;
  assert.deepEqual(parseYaml(text), {
    a: true,
    b: false,
    c: 493,
    d: "12:30",
    e: "2026-01-02",
    f: 1000,
    g: 1000,
    h: null,
    i: "yes",
    j: 15,
    k: 1.5,
    "1": "x",
    false: "z",
    base: { m: 1 },
    l: { m: 1, o: 2 },
  });
});

test("a stream of documents leaves out the empty ones", () => {
  assert.deepEqual(parseYamlDocuments("---\na: 1\n---\n# nothing\n---\nb: 2\n"), [{ a: 1 }, { b: 2 }]);
  assert.deepEqual(parseYamlDocuments(""), []);
});

test("printed YAML has sorted keys, flat lists and reads back the same", () => {
  const value = { b: ["x", { y: "yes", a: "1" }], a: "two\nlines\n", c: {}, d: [], e: "0755", f: "12:30" };
  const text = stringifyYaml(value);
  assert.deepEqual(parseYaml(text), value);
  assert.equal(text.slice(0, 33), 'a: |\n  two\n  lines\nb:\n- x\n- a: "1');
});

test("a dot alone is a text, as a key too, and what begins or ends with one and has a digit is a number", () => {
  assert.deepEqual(parseYaml("a: .\nb: -.\nc: .5\nd: 1.\ne: -1_0.5\nf: .inf"), {
    a: ".",
    b: "-.",
    c: 0.5,
    d: 1,
    e: -10.5,
    f: null,
  });
  const fields = { "f:data": { ".": {}, "f:a": {} } };
  assert.deepEqual(parseYaml(stringifyYaml(fields)), fields);
});

test("a long text of several lines reads back the same where some lines are blank", () => {
  const text = "one\n \n\nthe line that makes it long enough to be spread\n ";
  assert.deepEqual(parseYaml(stringifyYaml({ text })), { text });
});

test("an object is read from YAML with warnings about keys that come twice", () => {
  const warnings: string[] = [];
  const text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  name: b\nfoo: 1\n";
  const object = decodeYaml(configMap, text, { validation: "Warn", warn: (message) => warnings.push(message) });
  assert.equal(object.metadata.name, "b");
  assert.deepEqual(warnings, ['line 5: key "name" already set in map', 'unknown field "foo"']);
  assert.throws(
    () => decodeYaml(configMap, text, { validation: "Strict" }),
    /strict decoding error: yaml: unmarshal errors:\n {2}line 5: key "name" already set in map, unknown field "foo"$/,
  );
  assert.throws(() => decodeYaml(configMap, "a: ["), DecodeError);
});

test("aliases and merge keys are refused as upstream refuses them", () => {
  const problems: Record<string, string> = {
    "a: &x [1]\nb: {<<: *x}": "yaml: map merge requires map or sequence of maps as the value",
    "a: *nope": "yaml: unknown anchor 'nope' referenced",
    "a: &x {b: *x}": "yaml: anchor 'x' value contains itself",
    "{? {a: b} : c}": 'yaml: invalid map key: {"a":"b"}',
    "~: a": "unsupported map key of type: %!s(<nil>), key: <nil>",
  };
  for (const [text, message] of Object.entries(problems))
    assert.throws(() => parseYaml(text), { name: "DecodeError", message }, text);
  assert.deepEqual(parseYaml("{<<: [{a: 1, b: 1}, {b: 2, c: 2}], c: 3}"), { a: 1, b: 1, c: 3 });
  assert.deepEqual(parseYaml("a: &x {m: 1}\nb: *x\nc: &x 2\nd: *x"), { a: { m: 1 }, b: { m: 1 }, c: 2, d: 2 });
});

test("mistakes in YAML are told in upstream's words and lines", () => {
  const mistakes: Record<string, string> = {
    "a: b: c": "yaml: mapping values are not allowed in this context",
    "a: 1\n  b: 2": "yaml: line 2: mapping values are not allowed in this context",
    "{a: ": "yaml: line 1: did not find expected node content",
    "x: 1\ny: {a: b, c: [d}": "yaml: line 1: did not find expected ',' or ']'",
    "a: 'x\nb: 1": "yaml: line 2: found unexpected end of stream",
    "a: 1\nb\nc: 2": "yaml: line 3: could not find expected ':'",
    "a:\n\tb: 1": "yaml: line 2: found character that cannot start any token",
    "a: b\n\tc: d": "yaml: line 2: found a tab character that violates indentation",
    "- a\nb: 1": "yaml: line 1: did not find expected '-' indicator",
    "a: 'x' y": "yaml: did not find expected key",
  };
  for (const [text, message] of Object.entries(mistakes))
    assert.throws(() => parseYaml(text), { name: "DecodeError", message }, text);
});

test("aliases cost what comes out of them, and no more comes out than is reasonable", () => {
  const many = Array.from({ length: 5000 }, (_, index) => `- &a${index} x\n- *a${index}`).join("\n");
  assert.equal((parseYaml(many) as unknown[]).length, 10_000);
  const doubling = Array.from({ length: 40 }, (_, index) => `- &a${index + 1} [*a${index}, *a${index}]`);
  assert.throws(
    () => parseYaml(["- &a0 x", ...doubling].join("\n")),
    /^DecodeError: yaml: document contains excessive/,
  );
});

test("only the first document is read where only one is wanted", () => {
  assert.deepEqual(parseYaml("a: 1\n---\nb: ["), { a: 1 });
  assert.throws(() => parseYamlDocuments("a: 1\n---\nb: ["), DecodeError);
});

test("an ordered map is the list that it is written as, and takes about as long", () => {
  assert.deepEqual(parseYaml("!!omap\n- a: 1\n- b: 2\n"), [{ a: 1 }, { b: 2 }]);
  const list = Array.from({ length: 20_000 }, (_, index) => `- a${index}: 1\n`).join("");
  const cost = (text: string) => {
    const before = process.threadCpuUsage();
    parseYaml(text);
    return process.threadCpuUsage(before).user;
  };
  cost(list);
  const plain = Math.min(...[1, 2, 3].map(() => cost(list)));
  const tagged = Math.min(...[1, 2, 3].map(() => cost(`!!omap\n${list}`)));
  assert.ok(tagged < 3 * plain, `${tagged} µs against ${plain}`);
});

test("a key that stands twice is told after what its values repeat", () => {
  const { duplicates } = parseYamlText("list:\n  - {a: 1, a: 2}\nlist:\n  - {b: 1, b: 2}\n");
  assert.deepEqual(duplicates, [
    'line 2: key "a" already set in map',
    'line 4: key "b" already set in map',
    'line 3: key "list" already set in map',
  ]);
});
