import assert from "node:assert/strict";
import { request } from "node:https";
import { after, before, test } from "node:test";
import { corev1, decodeProtobuf, type Kind } from "../../api/mod.ts";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";

let api: ServerUnderTest;
const configMaps = "/api/v1/namespaces/default/configmaps";
const data = { text: "x".repeat(20_000) };

before(async () => {
  api = await startServer();
  const names = Array.from({ length: 40 }, (_, index) => `large-${index}`);
  await Promise.all(names.map((name) => api.ask("POST", configMaps, { body: { metadata: { name }, data } })));
});
after(() => api.stop());

test("a list larger than a piece arrives whole, as long as it was said to be", async () => {
  const { headers, text, body } = await api.ask("GET", configMaps);
  assert.equal(Number(headers["content-length"]), Buffer.byteLength(text));
  assert.equal(body.items.length, 40);
});

test("lists that are read at the same time are all whole", async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => api.ask("GET", configMaps)));
  for (const { body } of answers) {
    assert.equal(body.items.length, 40);
    assert.ok(body.items.every((item: corev1.ConfigMap) => item.data?.["text"] === data.text));
  }
});

test("the same list in protobuf holds the same objects", async () => {
  const accept = "application/vnd.kubernetes.protobuf";
  const content = await new Promise<Buffer>((resolve, reject) => {
    const headers = { authorization: "Bearer admin", accept };
    const sent = request(`${api.url}${configMaps}`, { ca: api.authority, headers }, async (response) => {
      resolve(Buffer.concat(await response.toArray()));
    });
    sent.on("error", reject);
    sent.end();
  });
  const list = decodeProtobuf(corev1.configMapList as Kind<corev1.ConfigMapList>, content);
  const { body } = await api.ask("GET", configMaps);
  assert.equal(list.kind, "ConfigMapList");
  // The server's own lease may have been written in between.
  assert.ok(Number(list.metadata?.resourceVersion) <= Number(body.metadata.resourceVersion));
  assert.deepEqual(
    list.items.map(({ metadata }) => metadata.uid),
    body.items.map(({ metadata }: corev1.ConfigMap) => metadata.uid),
  );
  assert.deepEqual(list.items[0]?.data, data);
});

test("an answer to another machine would be compressed: what is local is not", async () => {
  const { headers } = await api.ask("GET", configMaps, { headers: { "accept-encoding": "gzip" } });
  assert.equal(headers["content-encoding"], undefined);
});
