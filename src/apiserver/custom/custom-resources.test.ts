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

const sized = {
  openAPIV3Schema: {
    type: "object",
    properties: {
      spec: {
        type: "object",
        properties: {
          size: {
            type: "integer",
            format: "int32",
            "x-kubernetes-validations": [{ rule: "self != 9", message: "not 9" }],
          },
          tmpl: {
            type: "object",
            "x-kubernetes-embedded-resource": true,
            "x-kubernetes-preserve-unknown-fields": true,
          },
        },
      },
      status: { type: "object", properties: { ready: { type: "boolean" } } },
    },
  },
};

async function sizedThing(plural: string) {
  const subresources = { status: {} };
  await established(api, { plural, kind: "Thing", version: { schema: sized, subresources }, group: `${plural}.io` });
  const path = `/apis/${plural}.io/v1/namespaces/default/${plural}`;
  const body = { apiVersion: `${plural}.io/v1`, kind: "Thing", metadata: { name: "one" }, spec: { size: 1 } };
  return { path, body };
}

test("what is wrong with a patched object is told at the patch, what stands twice in it first", async () => {
  const { path, body } = await sizedThing("patched");
  await api.ask("POST", path, { body });
  const send = (type: string, text: string, validation: string) =>
    api.ask("PATCH", `${path}/one?fieldManager=m&fieldValidation=${validation}`, { body: text, type });
  const merge = await send("application/merge-patch+json", '{"spec":{"size":1,"size":2,"x":1}}', "Strict");
  assert.equal(merge.status, 422);
  assert.match(merge.body.message, /: strict decoding error: duplicate field "spec\.size", unknown field "spec\.x"$/);
  const json = await send(
    "application/json-patch+json",
    '[{"op":"test","op":"test","path":"/kind","value":"Thing"}]',
    "Strict",
  );
  assert.match(json.body.message, /strict decoding error: json patch duplicate field "\[0\]\.op"$/);
  const warned = await send("application/merge-patch+json", '{"spec":{"size":1,"size":2,"x":1}}', "Warn");
  assert.equal(
    warned.headers?.["warning"],
    '299 - "duplicate field \\"spec.size\\"", 299 - "unknown field \\"spec.x\\""',
  );
  const configuration = `apiVersion: patched.io/v1\nkind: Thing\nmetadata: {name: two}\nspec:\n  size: 1\n  size: 2\n`;
  const applied = await api.ask("PATCH", `${path}/two?fieldManager=m&fieldValidation=Strict`, {
    body: configuration,
    type: "application/apply-patch+yaml",
  });
  assert.equal(applied.status, 400);
  assert.match(applied.body.message, /^error strict decoding YAML: .*:\n {2}line 6: key "size" already set in map$/s);
});

test("a null that is sent counts as left out, one that is applied must be allowed", async () => {
  const list = { type: "array", items: { type: "string" } };
  const properties = { list, open: { ...list, nullable: true }, size: { type: "integer", default: 3 } };
  const schema = { openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties } } } };
  await established(api, { plural: "nulls", kind: "Null", version: { schema } });
  const path = "/apis/example.com/v1/namespaces/default/nulls";
  const object = (name: string, spec: object) => ({
    apiVersion: "example.com/v1",
    kind: "Null",
    metadata: { name },
    spec,
  });
  const apply = (name: string, spec: object) =>
    api.ask("PATCH", `${path}/${name}?fieldManager=m`, {
      body: object(name, spec),
      type: "application/apply-patch+yaml",
    });
  const sent = await api.ask("POST", path, { body: object("sent", { list: null, open: null, size: null }) });
  assert.deepEqual(sent.body.spec, { open: null, size: 3 });
  assert.deepEqual((await apply("applied", { open: null, size: null })).body.spec, { open: null, size: 3 });
  const refused = await apply("applied", { list: null });
  assert.match(refused.body.message, /: spec\.list: Invalid value: "null": spec\.list in body must be of type array/);
});

test("rules are told last, with the value where it is no object, and not at all where the shape is wrong", async () => {
  const { path, body } = await sizedThing("ruled");
  const make = (spec: object, name?: string) =>
    api.ask("POST", path, { body: { ...body, metadata: { ...(name && { name }) }, spec } });
  assert.match((await make({ size: 9 }, "a")).body.message, /: spec\.size: Invalid value: 9: not 9$/);
  const nameless = await make({ size: 9 });
  assert.match(
    nameless.body.message,
    /name or generateName is required, <nil>: .* some validation rules were not checked/,
  );
  const large = await make({ size: 3_000_000_000 }, "a");
  assert.match(large.body.message, /Checked value must be of type integer with format int32 in spec\.size$/);
});

test("objects inside have metadata of the usual shape", async () => {
  const { path, body } = await sizedThing("inside");
  const tmpl = (metadata: object) => ({ ...body, spec: { tmpl: { apiVersion: "v1", kind: "Pod", metadata } } });
  const unknown = await api.ask("POST", path, { body: tmpl({ name: "x", foo: 1 }) });
  assert.deepEqual(unknown.body.spec.tmpl.metadata, { name: "x" });
  assert.equal(unknown.headers?.["warning"], '299 - "unknown field \\"spec.tmpl.metadata.foo\\""');
  const wrong = await api.ask("POST", path, { body: tmpl({ labels: { a: 1 } }) });
  assert.equal(wrong.status, 400);
  assert.match(
    wrong.body.message,
    /cannot be handled as a Thing: spec\.tmpl\.metadata: Invalid value: \{"labels":\{"a":1\}\}: json: /,
  );
});

test("who writes the status owns nothing else, and finalizers without a domain are warned of", async () => {
  const { path, body } = await sizedThing("owned");
  const made = await api.ask("POST", path, { body: { ...body, metadata: { name: "one", finalizers: ["plain"] } } });
  assert.match(
    String(made.headers?.["warning"]),
    /metadata\.finalizers: \\"plain\\": prefer a domain-qualified finalizer name/,
  );
  const status = await api.ask("PATCH", `${path}/one/status?fieldManager=s`, {
    body: { metadata: { labels: { a: "b" } }, spec: { size: 2 }, status: { ready: true } },
    type: "application/merge-patch+json",
  });
  const [entry] = status.body.metadata.managedFields.filter(({ manager }: { manager: string }) => manager === "s");
  assert.deepEqual(entry.fieldsV1, { "f:status": { ".": {}, "f:ready": {} } });
});

test("an object of another kind is refused in upstream's words", async () => {
  const { path, body } = await sizedThing("kinds");
  const other = await api.ask("POST", path, { body: { ...body, kind: "Other" } });
  assert.deepEqual(
    [other.status, other.body.message],
    [422, 'Other.kinds.io "one" is invalid: kind: Invalid value: "Other": must be Thing'],
  );
  const version = await api.ask("POST", path, { body: { ...body, apiVersion: "kinds.io/v2" } });
  assert.equal(
    version.body.message,
    "the API version in the data (kinds.io/v2) does not match the expected API version (kinds.io/v1)",
  );
});

test("the server owns the names and conditions that it gives a definition, who made it the rest", async () => {
  const { metadata } = await established(api, { plural: "statuses", kind: "Status", group: "owners.io" });
  const entries: { manager: string; subresource?: string; fieldsV1: Record<string, object> }[] = metadata.managedFields;
  const [own, ...others] = entries.filter(({ manager }) => manager === "kube-apiserver");
  assert.deepEqual([own?.subresource, others], ["status", []]);
  const names = { "f:kind": {}, "f:listKind": {}, "f:plural": {}, "f:singular": {} };
  const parts = ["lastTransitionTime", "message", "reason", "status", "type"].map((part) => [`f:${part}`, {}]);
  const condition = { ".": {}, ...Object.fromEntries(parts) };
  assert.deepEqual(own?.fieldsV1, {
    "f:status": {
      "f:acceptedNames": names,
      "f:conditions": { 'k:{"type":"Established"}': condition, 'k:{"type":"NamesAccepted"}': condition },
    },
  });
  const [maker] = entries.filter(({ manager }) => manager !== "kube-apiserver");
  assert.deepEqual(Object.keys(maker!.fieldsV1), ["f:spec"]);
});

test("a deletion of a definition is told in its status, counts no generation, and takes its own finalizer from who set it", async () => {
  await established(api, { plural: "helds", kind: "Held" });
  const path = `${definitions}/helds.example.com`;
  const finalizers = ["example.com/hold", "customresourcecleanup.apiextensions.k8s.io"];
  const type = "application/merge-patch+json";
  await api.ask("PATCH", `${path}?fieldManager=holder`, { body: { metadata: { finalizers } }, type });
  const { body: marked } = await api.ask("DELETE", path);
  const [pending] = marked.status.conditions.filter(({ type }: { type: string }) => type === "Terminating");
  assert.deepEqual([pending?.reason, marked.metadata.generation], ["InstanceDeletionPending", 1]);
  const { metadata } = await until(api, path, (body) => body.metadata.finalizers?.length === 1);
  const [holder] = metadata.managedFields.filter(({ manager }: { manager: string }) => manager === "holder");
  assert.deepEqual(holder.fieldsV1["f:metadata"]["f:finalizers"], { ".": {}, 'v:"example.com/hold"': {} });
  await api.ask("PATCH", path, { body: { metadata: { finalizers: null } }, type });
});

test("definitions that come together are named one after the other: no two get the same name", async () => {
  const group = "together.io";
  const bodies = Array.from({ length: 8 }, (_, index) => definition({ plural: `t${index}s`, kind: "Same", group }));
  await Promise.all(bodies.map((body) => api.ask("POST", definitions, { body })));
  const decided = await until(
    api,
    definitions,
    ({ items }) =>
      items.filter(({ spec, status }: { spec: { group: string }; status: { conditions: object[] } }) => {
        return spec.group === group && status.conditions?.length > 0;
      }).length === bodies.length,
  );
  const accepted = decided.items.filter(
    ({ spec, status }: { spec: { group: string }; status: Parameters<typeof conditions>[0] }) =>
      spec.group === group && conditions(status)["NamesAccepted"] === "True",
  );
  assert.equal(accepted.length, 1);
  assert.equal(accepted[0].status.acceptedNames.kind, "Same");
});

test("who prefers protobuf and takes JSON gets custom resources in JSON, and what is written is not refused afterwards", async () => {
  await established(api, { plural: "prefers", kind: "Prefer" });
  const path = "/apis/example.com/v1/namespaces/default/prefers";
  const accept = "application/vnd.kubernetes.protobuf, application/json";
  const body = { apiVersion: "example.com/v1", kind: "Prefer", metadata: { name: "one" } };
  const made = await api.ask("POST", path, { body, accept });
  assert.deepEqual([made.status, made.body.kind], [201, "Prefer"], made.text);
  const only = await api.ask("POST", path, {
    body: { ...body, metadata: { name: "two" } },
    accept: "application/vnd.kubernetes.protobuf",
  });
  assert.equal(only.status, 406);
  assert.equal((await api.ask("GET", `${path}/two`)).status, 404);
});
