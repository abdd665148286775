import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";
import { conditions, definition, definitionsPath as definitions, established, until } from "./testing/definitions.ts";

let api: ServerUnderTest;

before(async () => {
  api = await startServer();
  await api.ask("POST", "/api/v1/namespaces", { body: { metadata: { name: "default" } } });
});
after(() => api.stop());

test("a definition is named, established and served, and its objects can be written and read", async () => {
  const { status } = await established(api, { plural: "crontabs", kind: "CronTab" });
  assert.deepEqual(conditions(status), { NamesAccepted: "True", Established: "True" });
  const path = "/apis/example.com/v1/namespaces/default/crontabs";
  const body = { apiVersion: "example.com/v1", kind: "CronTab", metadata: { name: "one" }, spec: { a: [1, { b: 2 }] } };
  const made = await api.ask("POST", path, { body });
  assert.equal(made.status, 201, made.text);
  assert.equal(made.body.metadata.generation, 1);
  const read = await api.ask("GET", `${path}/one`);
  assert.deepEqual(read.body, made.body);
  const list = await api.ask("GET", "/apis/example.com/v1/crontabs");
  assert.deepEqual([list.body.kind, list.body.metadata.continue], ["CronTabList", ""]);
  assert.deepEqual(list.body.items, [made.body], "clients that know no types are told them in every item");
  const patched = await api.ask("PATCH", `${path}/one`, {
    body: { spec: { a: null, c: 3 } },
    type: "application/merge-patch+json",
  });
  assert.deepEqual([patched.body.spec, patched.body.metadata.generation], [{ c: 3 }, 2], patched.text);
  const strategic = await api.ask("PATCH", `${path}/one`, {
    body: {},
    type: "application/strategic-merge-patch+json",
  });
  assert.equal(strategic.status, 415);
  const applied = await api.ask("PATCH", `${path}/two?fieldManager=me`, {
    body: { ...body, metadata: { name: "two" } },
    type: "application/apply-patch+yaml",
  });
  assert.equal(applied.status, 201, applied.text);
  const gone = await api.ask("DELETE", `${path}/one`);
  assert.equal(gone.body.status, "Success");
  assert.equal((await api.ask("GET", `${path}/one`)).status, 404);
});

test("a definition that is deleted takes its objects and its endpoints along", async () => {
  await established(api, { plural: "gones", kind: "Gone" });
  const path = "/apis/example.com/v1/namespaces/default/gones";
  const object = { apiVersion: "example.com/v1", kind: "Gone", metadata: { name: "held", finalizers: ["a.b/c"] } };
  await api.ask("POST", path, { body: object });
  const deleted = await api.ask("DELETE", `${definitions}/gones.example.com`);
  assert.equal(deleted.status, 200, deleted.text);
  await until(api, `${path}/held`, ({ metadata }) => metadata.deletionTimestamp !== undefined);
  const refused = await api.ask("POST", path, { body: { ...object, metadata: { name: "late" } } });
  assert.equal(refused.status, 405);
  assert.match(refused.body.message, /create not allowed while custom resource definition is terminating/);
  await api.ask("PATCH", `${path}/held`, {
    body: { metadata: { finalizers: null } },
    type: "application/merge-patch+json",
  });
  await until(api, `${definitions}/gones.example.com`, ({ code }) => code === 404);
  assert.equal((await api.ask("GET", path)).status, 404);
});

test("two definitions of a group do not get the same names", async () => {
  await established(api, { plural: "firsts", kind: "Same" });
  const body = definition({ plural: "seconds", kind: "Same" });
  await api.ask("POST", definitions, { body });
  const path = `${definitions}/seconds.example.com`;
  const second = await until(api, path, ({ status }) => conditions(status)["NamesAccepted"] === "False");
  const [names, serving] = second.status.conditions;
  assert.deepEqual([names.reason, names.message], ["ListKindConflict", '"SameList" is already in use']);
  assert.deepEqual([serving.status, serving.reason], ["False", "NotAccepted"]);
  await api.ask("DELETE", `${definitions}/firsts.example.com`);
  await until(api, path, ({ status }) => conditions(status)["Established"] === "True");
});
