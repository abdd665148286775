import assert from "node:assert/strict";
import { test } from "node:test";
import { configMap } from "../core/v1/config.ts";
import { DecodeError } from "./decode-error.ts";
import { decodeYaml, parseYaml, parseYamlDocuments, stringifyYaml } from "./yaml.ts";

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
