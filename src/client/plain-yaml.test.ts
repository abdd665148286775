import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import { parsePlainYaml, stringifyPlainYaml } from "./plain-yaml.ts";

test("a kubeconfig as kubectl writes it is read", () => {
  const text = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${Buffer.from("certificate ".repeat(20)).toString("base64")}
    server: https://127.0.0.1:6443
  name: kubets
contexts:
- context:
    cluster: kubets
    namespace: team
    user: kubets
  name: kubets
current-context: kubets
kind: Config
users:
- name: kubets
  user:
    token: abc.def-ghi
`;
  assert.notEqual(parsePlainYaml(text), undefined);
  assert.deepEqual(parsePlainYaml(text), parse(text));
});

test("what could mean something else is left to a YAML parser", () => {
  const doubtful = [
    "12",
    "1e5",
    "0x1f",
    "true",
    "null",
    "~",
    "{}",
    "[]",
    "'a'",
    '"a"',
    "a b",
    "a: b",
    "&a b",
    "|",
    "2026-01-01",
  ];
  for (const value of doubtful) assert.equal(parsePlainYaml(`a: ${value}\n`), undefined, value);
  for (const text of [
    "",
    "a\n",
    "a: b # c\n",
    "- a\n",
    "a:\n\tb: c\n",
    "a: b\n c: d\n",
    "a: b\na: c\n",
    "a: b\n  c: d\n",
  ])
    assert.equal(parsePlainYaml(text), undefined, text);
});

const word = fc.stringMatching(/^[A-Za-z0-9+/=:._@-]{1,80}$/);
const key = fc.stringMatching(/^[a-z][a-z-]{0,8}$/);
const flat = fc.dictionary(key, word, { minKeys: 1, noNullPrototype: true });
const value = fc.dictionary(key, fc.oneof(word, flat, fc.array(flat, { minLength: 1 })), {
  minKeys: 1,
  noNullPrototype: true,
});

test("whatever is read is what a YAML parser reads", () => {
  fc.assert(
    fc.property(
      value,
      fc.boolean(),
      fc.nat(300),
      fc.constantFrom("", " ", "-", ":", "x"),
      (object, indentSeq, at, mark) => {
        const written = stringify(object, { indentSeq, lineWidth: 0 });
        const text = mark === "" ? written : `${written.slice(0, at)}${mark}${written.slice(at)}`;
        const read = parsePlainYaml(text);
        if (read !== undefined) assert.deepEqual(read, parse(text));
      },
    ),
    { numRuns: 500 },
  );
});

test("what is written plainly is what a YAML parser reads, and what is not plain is not written", () => {
  const config = {
    apiVersion: "v1",
    clusters: [{ name: "a", cluster: { server: "https://127.0.0.1:6443", "certificate-authority-data": "QUJD" } }],
    contexts: [{ name: "a", context: { cluster: "a", user: "b" } }, { name: "c" }],
    kind: "Config",
  };
  assert.deepEqual(parse(stringifyPlainYaml(config)!), config);
  assert.equal(stringifyPlainYaml(config), stringify(config, { lineWidth: 0 }));
  const others = ["12", "true", "", "a: b", "a\nb: c", " a", "a #b", "- a"].map((text) => ({ key: text }));
  for (const other of [...others, { key: [] }, { key: {} }, { key: ["a"] }, { "k: v": "a" }, { key: 1 }])
    assert.equal(stringifyPlainYaml(other), undefined, JSON.stringify(other));
});

test("any mapping of texts that is written plainly comes back from a YAML parser as it was", () => {
  const text = fc.string({ unit: fc.constantFrom(..."aZ09:-#.~ {}[]\"'\n/=") });
  const mapping = fc.dictionary(text, fc.oneof(text, fc.array(fc.dictionary(text, text, { maxKeys: 2 }))), {
    maxKeys: 3,
  });
  fc.assert(
    fc.property(mapping, (value) => {
      const written = stringifyPlainYaml(value);
      if (written !== undefined) assert.deepEqual(parse(written), { ...value });
    }),
  );
});
