import assert from "node:assert/strict";
import { once } from "node:events";
import http2 from "node:http2";
import https from "node:https";
import { after, before, test } from "node:test";
import { resources } from "../../api/mod.ts";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";

let api: ServerUnderTest;
before(async () => {
  api = await startServer();
});
after(() => api.stop());

const path = "/api/v1/namespaces/default/configmaps?watch=1&allowWatchBookmarks=true";
const authorization = "Bearer admin";

/** An answer over HTTP/1.1 whose body nobody takes. */
async function openAndStall() {
  const request = https.get(`${api.url}${path}`, { ca: api.authority, headers: { authorization } });
  const [response] = await once(request, "response");
  response.pause();
  return { response, close: () => request.destroy() };
}

/** The same over HTTP/2. */
async function openStreamAndStall() {
  const session = http2.connect(api.url, { ca: api.authority });
  const stream = session.request({ ":path": path, authorization });
  await once(stream, "response");
  stream.pause();
  stream.on("error", () => {});
  return { stream, close: () => session.destroy() };
}

async function cut(): Promise<number> {
  const { text } = await api.ask("GET", "/metrics");
  return Number(/^apiserver_terminated_watchers_total\{.*resource="configmaps"\} (\d+)$/m.exec(text)?.[1] ?? 0);
}

test("watches that nobody reads are cut, the others miss nothing, and the memory comes back", async () => {
  const maps = api.client.resource(resources.configmaps);
  const stalled = [await openAndStall(), await openStreamAndStall()];
  const before = process.memoryUsage().rss;
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { object } of maps.watch({ namespace: "default" })) {
      seen.push(object.data!["round"]!);
      if (object.data!["round"] === "79") return;
    }
  })();
  const data = { filler: "x".repeat(500_000) };
  await maps.create({ metadata: { name: "large", namespace: "default" }, data: { ...data, round: "0" } });
  for (let round = 1; round < 80; round++)
    await maps.patch(
      "large",
      { data: { round: String(round) } },
      { type: "merge", namespace: "default", fieldManager: "test" },
    );
  await reading;
  assert.equal(seen.length, 80);
  while ((await cut()) < 2);
  assert.ok(process.memoryUsage().rss - before < 400 * 1024 * 1024);
  for (const one of stalled) one.close();
});

test("a request head that is too large is refused, whichever protocol it comes by", async () => {
  const large = { authorization, "x-large": "x".repeat(100_000) };
  const request = https.get(`${api.url}/version`, { ca: api.authority, headers: large });
  const [response] = await once(request, "response");
  assert.equal(response.statusCode, 431);
  request.destroy();
  const session = http2.connect(api.url, { ca: api.authority });
  session.on("error", () => {});
  const stream = session.request({ ":path": "/version", ...large });
  await assert.rejects(once(stream, "response"));
  session.destroy();
});
