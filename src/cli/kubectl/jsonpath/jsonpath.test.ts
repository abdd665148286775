import assert from "node:assert/strict";
import { test } from "node:test";
import { findAll, findByTemplate, render } from "./evaluate.ts";
import { parseRelaxedPath, parseTemplate } from "./template.ts";

const list = {
  kind: "List",
  items: [
    { metadata: { name: "a", labels: { "app.kubernetes.io/name": "web" } }, spec: { ports: [80, 443] }, ready: true },
    { metadata: { name: "b" }, spec: { ports: [53] }, ready: false },
  ],
};
const text = (template: string) => render(parseTemplate(template), list);

test("paths of fields, lists, indices and slices", () => {
  assert.equal(text("{.kind}"), "List");
  assert.equal(text("{.items[*].metadata.name}"), "a b");
  assert.equal(text("{.items[0].metadata.name} {$.items[-1].metadata.name}"), "a b");
  assert.equal(text("{.items[0].spec.ports[0:1]}{.items[:1].metadata['name']}"), "80a");
  assert.equal(text("{.items[0].spec}"), '{"ports":[80,443]}');
  assert.equal(text("{.items[0].metadata.labels.app\\.kubernetes\\.io/name}"), "web");
  assert.equal(text("{..name}"), "a b");
  assert.equal(text("{.items[*]['kind', 'ready']}"), "true false");
});

test("what is not there is nothing", () => {
  assert.equal(text("[{.items[7].metadata.name}{.nothing.here}]"), "[]");
});

test("a range repeats its body, and quoted text is unescaped", () => {
  assert.equal(text('{range .items[*]}{.metadata.name}{"\\t"}{.spec.ports[0]}{"\\n"}{end}done'), "a\t80\nb\t53\ndone");
});

test("filters compare", () => {
  assert.equal(text('{.items[?(@.metadata.name=="b")].spec.ports}'), "[53]");
  assert.equal(text("{.items[?(@.ready == true)].metadata.name}"), "a");
  assert.equal(text("{.items[?(@.spec.ports[0] > 60)].metadata.name}"), "a");
  assert.equal(text("{.items[?(@.metadata.labels)].metadata.name}"), "a");
});

test("results can be taken as values, and paths may leave out braces and dot", () => {
  assert.deepEqual(findByTemplate(parseTemplate("{.items[*].ready}"), list), [true, false]);
  for (const path of ["kind", ".kind", "{.kind}"])
    assert.deepEqual(findAll(parseRelaxedPath(path), list, list), ["List"]);
});

test("what cannot be parsed is refused", () => {
  for (const template of ["{.items[", "{range .items[*]}", "{end}", "{.items[x]}", "{.a"])
    assert.throws(() => parseTemplate(template), { name: "UsageError", message: /^error parsing jsonpath/ }, template);
});
