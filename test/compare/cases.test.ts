import assert from "node:assert/strict";
import { test } from "node:test";
import { allResources } from "../../src/api/mod.ts";
import { allCaseFiles, readCases } from "./case.ts";
import { expandFamily } from "./family.ts";
import { normal } from "./normal.ts";
import { filled } from "./server.ts";
import { changed, missing, wrong } from "./variants.ts";

const cases = allCaseFiles().flatMap((file) => readCases(file));

test("every comparison has a name of its own and at least one request", () => {
  const names = cases.map(({ name }) => name);
  assert.deepEqual([...names].sort(), [...new Set(names)].sort());
  assert.deepEqual(
    cases.filter(({ steps }) => steps.length === 0),
    [],
  );
});

test("the families' collections are resources that are served", () => {
  const served = new Set(
    allResources.map(({ group, version, resource, namespaced }) => {
      const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
      return `${root}${namespaced ? "/namespaces/{ns}" : ""}/${resource}`;
    }),
  );
  const created = cases
    .filter(({ name }) => name.endsWith(": created"))
    .map(({ steps }) => steps[0]!.path.split("?")[0]!);
  assert.deepEqual(
    created.filter((path) => !served.has(path)),
    [],
  );
});

test("a family grows into creations with parts missing or wrong, and updates with parts changed", () => {
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data: { key: "one" } };
  const names = expandFamily({ name: "f", path: "/p", object, update: [{ "/data/key": "two" }] }).map(
    ({ name, steps }) => `${name} ${steps.length}`,
  );
  assert.deepEqual(names, [
    "f: created 2",
    "f: with a field missing 2",
    "f: with a value wrong 4",
    "f: updated with a value changed 2",
    "f: updated 2",
  ]);
});

test("variants leave the object that they are made of alone, and what is to be kept", () => {
  const object = { kept: 1, list: [true] };
  const notes = [missing, wrong, changed].map((make) => make(object, ["/kept"]).map(({ note }) => note));
  assert.deepEqual(notes, [
    ["without /list", "without /list/0"],
    ["/list = 7", '/list/0 = "text"'],
    ["/list/0 = false"],
  ]);
  assert.deepEqual(object, { kept: 1, list: [true] });
});

test("what a server gave out by itself does not count, what was asked for does", () => {
  const known = { namespace: "n-1", sent: '"10.96.0.9"' };
  const answer = { metadata: { name: "a-x7", generateName: "a-", uid: "u" }, clusterIPs: ["10.96.0.9", "10.96.1.1"] };
  assert.deepEqual(normal(answer, known), {
    metadata: { name: "a-(random)", generateName: "a-", uid: "(varies)" },
    clusterIPs: ["10.96.0.9", "(allocated)"],
  });
});

test("a later step may name what an earlier one was answered", () => {
  const answers = [{ metadata: { uid: "u", resourceVersion: "5" } }, undefined];
  assert.equal(filled("?uid={1.metadata.uid}&v={1.metadata.resourceVersion}", answers), "?uid=u&v=5");
  assert.equal(filled('{"a":"{2.metadata.uid}{9.metadata.uid}"}', answers), '{"a":""}');
});
