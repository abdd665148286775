import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { corev1, decodeProtobuf, isGone, resources } from "../../api/mod.ts";
import type { WatchEvent } from "../../client/mod.ts";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";

let api: ServerUnderTest;
before(async () => {
  api = await startServer();
});
after(() => api.stop());

const configMaps = "/api/v1/namespaces/default/configmaps";
const merge = "application/merge-patch+json";
const make = (name: string, labels: object = {}) =>
  api.ask("POST", configMaps, { body: { metadata: { name, labels } } });
const label = (name: string, labels: object) =>
  api.ask("PATCH", `${configMaps}/${name}`, { type: merge, body: { metadata: { labels } } });

type Seen = WatchEvent<{ metadata: { name: string; resourceVersion: string; annotations?: Record<string, string> } }>;
const print = ({ type, object }: Seen) => `${type} ${object.metadata.name ?? ""}`.trim();

/** The next events of a watch in process, as many as asked for. */
async function take(events: AsyncIterator<Seen>, count: number): Promise<string[]> {
  const seen: string[] = [];
  while (seen.length < count) {
    const { value, done } = await events.next();
    if (done) break;
    seen.push(print(value));
  }
  return seen;
}

function watch(options: object): AsyncIterator<Seen> {
  const found = api.client.resource(resources.configmaps).watch({ namespace: "default", ...options });
  return found[Symbol.asyncIterator]() as unknown as AsyncIterator<Seen>;
}

test("a watch shows what is there, then what happens", async () => {
  await make("first");
  const events = watch({});
  assert.deepEqual(await take(events, 1), ["ADDED first"]);
  await label("first", { a: "b" });
  await api.ask("DELETE", `${configMaps}/first`);
  assert.deepEqual(await take(events, 2), ["MODIFIED first", "DELETED first"]);
  await events.return?.();
});

test("a watch from a version shows everything after it", async () => {
  const resourceVersion = String(api.store.revision);
  await make("after");
  await label("after", { a: "b" });
  const events = watch({ resourceVersion });
  assert.deepEqual(await take(events, 2), ["ADDED after", "MODIFIED after"]);
  await events.return?.();
});

test("an object that begins to match appears, and disappears when it ceases to", async () => {
  const events = watch({ labelSelector: "in=yes", resourceVersion: String(api.store.revision) });
  await make("moving");
  await label("moving", { in: "yes" });
  await label("moving", { in: "yes", more: "x" });
  await label("moving", { in: "no" });
  assert.deepEqual(await take(events, 3), ["ADDED moving", "MODIFIED moving", "DELETED moving"]);
  await events.return?.();
});

test("initial events end with a bookmark that says so", async () => {
  const query =
    "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1";
  const { text } = await api.ask("GET", `${configMaps}?${query}`);
  const events = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Seen);
  const bookmark = events.find(({ type }) => type === "BOOKMARK");
  assert.equal(bookmark?.object.metadata.annotations?.["k8s.io/initial-events-end"], "true");
  assert.ok(events.indexOf(bookmark!) > 0);
});

test("a selector beside the name in a watch's path must name that object, and selects further", async () => {
  await make("by-path");
  const at = "/api/v1/watch/namespaces/default/configmaps/by-path?timeoutSeconds=1&resourceVersion=0&fieldSelector=";
  const other = await api.ask("GET", `${at}metadata.name=other`);
  assert.deepEqual(
    [other.status, other.body.message],
    [400, "fieldSelector metadata.name doesn't match requested name"],
  );
  const both = await api.ask("GET", `${at}metadata.name=by-path,metadata.namespace!=default`);
  assert.deepEqual([both.status, both.text], [200, ""]);
});

test("rows of a watch are of the version that was asked for", async () => {
  await make("old-rows");
  const accept = "application/json;as=Table;v=v1beta1;g=meta.k8s.io";
  const query = "watch=true&timeoutSeconds=1&resourceVersion=0&fieldSelector=metadata.name=old-rows";
  const { text } = await api.ask("GET", `${configMaps}?${query}`, { accept });
  assert.equal(JSON.parse(text).object.apiVersion, "meta.k8s.io/v1beta1");
});

test("parameters that do not go together are told before a version that is none", async () => {
  const statusOf = async (query: string) => (await api.ask("GET", `${configMaps}?resourceVersion=x&${query}`)).status;
  assert.equal(await statusOf("resourceVersionMatch=exact"), 422);
  assert.equal(await statusOf("watch=true&sendInitialEvents=true"), 422);
  assert.equal(await statusOf("resourceVersionMatch=Exact"), 400);
});

test("history older than memory is replayed from the store", async () => {
  await make("counted");
  const from = api.store.revision;
  for (let count = 0; count < 2100; count++) {
    const { status } = await label("counted", { count: String(count) });
    assert.equal(status, 200);
  }
  const events = watch({ resourceVersion: String(from) });
  const seen = await take(events, 2100);
  assert.deepEqual(new Set(seen), new Set(["MODIFIED counted"]));
  await events.return?.();
});

test("a watch from a forgotten version ends with 410", async () => {
  await api.store.compact(api.store.revision);
  await assert.rejects(take(watch({ resourceVersion: "2" }), 1), isGone);
});

test("a watch in protobuf comes in frames with their length before them", async () => {
  await make("framed");
  const body = await new Promise<Buffer>((resolve, reject) => {
    import("node:https").then(({ request }) => {
      const url = `${api.url}${configMaps}?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dframed`;
      const accept = "application/vnd.kubernetes.protobuf;stream=watch";
      const sent = request(
        url,
        { ca: api.authority, headers: { authorization: "Bearer admin", accept } },
        async (response) => {
          assert.equal(response.headers["content-type"], accept);
          resolve(Buffer.concat(await response.toArray()));
        },
      );
      sent.on("error", reject);
      sent.end();
    }, reject);
  });
  const frame = body.subarray(4, 4 + body.readUInt32BE(0));
  const start = frame.indexOf("k8s\0");
  const object = decodeProtobuf(corev1.configMap, frame.subarray(start));
  assert.equal(object.metadata.name, "framed");
});
