import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type corev1, parseYaml, resources, stringifyYaml } from "../../api/mod.ts";
import { byteLengthOf } from "../http/body.ts";
import { Entry } from "../registry/cache/entry.ts";
import { storedForm } from "../registry/cache/stored-form.ts";
import { View } from "../registry/view.ts";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";
import type { EncodeOptions, ListAnswer } from "./answer-body.ts";
import { encodeList } from "./list-answer.ts";

let api: ServerUnderTest;
const configMaps = "/api/v1/namespaces/default/configmaps";
const table = "application/json;as=Table;v=v1;g=meta.k8s.io";
const partial = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";

before(async () => {
  api = await startServer();
  for (const [index, text] of ["plain", "two\nlines\n", '"quoted": [', " - dash\n\n  end "].entries()) {
    const body = {
      metadata: { name: `map-${index}`, labels: { kind: "test" } },
      data: { text, "key.with.dots": "yes" },
    };
    await api.ask("POST", configMaps, { body });
  }
});
after(() => api.stop());

for (const [what, accept] of [
  ["a list", "application/json"],
  ["a table", table],
  ["a list of metadata", partial],
] as const)
  for (const query of ["labelSelector=kind%3Dtest", "labelSelector=kind%3Dnone"])
    test(`${what} of ${query} as text is what it would have been in one go`, async () => {
      const pretty = await api.ask("GET", `${configMaps}?${query}&pretty=true`, { accept });
      assert.equal(pretty.text, `${JSON.stringify(pretty.body, null, 2)}\n`);
      const yaml = await api.ask("GET", `${configMaps}?${query}`, { accept: accept.replace("json", "yaml") });
      assert.equal(yaml.headers["content-type"], "application/yaml");
      const value = parseYaml(yaml.text) as typeof pretty.body;
      assert.equal(yaml.text, stringifyYaml(value));
      // Between the two the revision may have moved, and so may ages.
      assert.deepEqual(
        { ...value, metadata: {}, rows: value.rows?.length },
        { ...pretty.body, metadata: {}, rows: pretty.body.rows?.length },
      );
    });

test("a list of the metadata of nothing has null where upstream's has it, and a client reads it as empty", async () => {
  const { body } = await api.ask("GET", `${configMaps}?labelSelector=none`, { accept: partial });
  assert.equal(body.items, null);
  const known = api.client.resource(resources.configmaps);
  assert.deepEqual((await known.list({ labelSelector: "none", metadataOnly: true })).items, []);
});

test("what stands in a list of custom resources says its kind, in YAML as in JSON", async () => {
  const names = { plural: "yams", singular: "yam", kind: "Yam", listKind: "YamList" };
  const schema = { openAPIV3Schema: { type: "object" } };
  const versions = [{ name: "v1", served: true, storage: true, schema }];
  const spec = { group: "example.com", scope: "Cluster", names, versions };
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  await api.ask("POST", path, { body: { metadata: { name: "yams.example.com" }, spec } });
  const yams = "/apis/example.com/v1/yams";
  const yam = { apiVersion: "example.com/v1", kind: "Yam", metadata: { name: "a" } };
  while ((await api.ask("POST", yams, { body: yam })).status !== 201) await new Promise(setImmediate);
  const { text } = await api.ask("GET", yams, { accept: "application/yaml" });
  assert.match(text, /^apiVersion: example.com\/v1\nitems:\n- apiVersion: example.com\/v1\n {2}kind: Yam\n/);
  assert.match(text, /\nkind: YamList\nmetadata:\n {2}continue: ""\n/);
});

const info = resources.configmaps;
const view = new View(info as never, {} as never);
const form = storedForm(info as never);

function manyEntries(count: number): Entry[] {
  const metadata = { name: "a", namespace: "default", uid: "u", creationTimestamp: "2026-01-01T00:00:00Z" };
  const data = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`key-${index}`, `value ${index}`]));
  const object = { kind: "ConfigMap", apiVersion: "v1", metadata, data } as unknown as corev1.ConfigMap;
  const bytes = form.encode(object);
  return Array.from(
    { length: count },
    (_, index) => new Entry(`/registry/configmaps/default/${index}`, 7, bytes, form),
  );
}

const processorMs = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

for (const [what, representation, pretty] of [
  ["YAML", { format: "yaml" }, false],
  ["indented JSON", { format: "json" }, true],
] as const)
  test(`a long list in ${what} is made in short turns`, async () => {
    const entries = manyEntries(what === "YAML" ? 500 : 8000);
    const answer: ListAnswer = { type: "entries", view, entries, metadata: { resourceVersion: "7" } };
    const options: EncodeOptions = { representation, pretty, include: "Metadata", now: 0 };
    let began = processorMs();
    let longestMs = 0;
    const turned = () => {
      longestMs = Math.max(longestMs, processorMs() - began);
      began = processorMs();
    };
    const { body } = await encodeList(answer, options, turned);
    turned();
    assert.ok(byteLengthOf(body) > entries.length * 100);
    assert.ok(longestMs < 50, `one turn took ${longestMs} ms of the processor`);
  });
