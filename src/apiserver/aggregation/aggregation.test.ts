import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  type AggregatedServer,
  group,
  makeEndpoints,
  makeService,
  namespace,
  register,
  registrationPath,
  startAggregatedServer,
  untilReason,
  version,
} from "./testing/aggregated-server.ts";

const base = `/apis/${group}/${version}`;
let api: AggregatedServer;

before(async () => {
  api = await startAggregatedServer();
});
after(() => api.stop());

test("an APIService says what it lacks, and is available once nothing is lacking", async () => {
  await register(api);
  const absent = await untilReason(api, "ServiceNotFound");
  assert.equal(absent.message, `service/api in "${namespace}" is not present`);
  const refused = await api.ask("GET", `${base}/things`);
  assert.deepEqual([refused.status, refused.text], [503, "service unavailable\n"]);
  await makeService(api);
  await untilReason(api, "EndpointsNotFound");
  api.extension.answer = (_request, response) => response.writeHead(500).end();
  await makeEndpoints(api);
  const failing = await untilReason(api, "FailedDiscoveryCheck");
  assert.match(failing.message, /bad status from https:\/\/127\.0\.0\.1:\d+\/apis\/example\.test\/v1: 500/);
  api.extension.answer = (_request, response) => response.end("{}");
  const condition = await untilReason(api, "Passed");
  assert.deepEqual([condition.status, condition.message], ["True", "all checks passed"]);
});

test("a request is passed on whole, with its asker's name and this server's certificate", async () => {
  api.extension.answer = (_request, response) => response.writeHead(201, { "x-own": "yes" }).end('{"made":true}');
  const answer = await api.ask("POST", `${base}/namespaces/a/things?dryRun=All`, {
    body: { kind: "Thing" },
    headers: { "X-Remote-User": "somebody-else", "X-Remote-Group": "system:masters" },
  });
  assert.deepEqual([answer.status, answer.text, answer.headers["x-own"]], [201, '{"made":true}', "yes"]);
  const seen = api.extension.asked.at(-1)!;
  assert.deepEqual(
    [seen.method, seen.url, seen.body],
    ["POST", `${base}/namespaces/a/things?dryRun=All`, '{"kind":"Thing"}'],
  );
  assert.equal(seen.clientName, "front-proxy-client");
  assert.equal(seen.headers["x-remote-user"], "admin");
  assert.equal(seen.headers["x-remote-group"], "system:masters");
  assert.equal(seen.headers.authorization, undefined);
});

test("who may not ask is refused here, in the words of this server", async () => {
  const asked = api.extension.asked.length;
  const { status, body } = await api.ask("GET", `${base}/things`, { token: "jane" });
  assert.equal(status, 403);
  assert.match(body.message, /User "jane" cannot list resource "things" in API group "example\.test"/);
  assert.equal(api.extension.asked.length, asked);
});

test("what the other server sends piece by piece arrives piece by piece", async () => {
  const sent = Promise.withResolvers<void>();
  api.extension.answer = (_request, response) => {
    response.write('{"type":"ADDED"}\n');
    void sent.promise.then(() => response.end('{"type":"DELETED"}\n'));
  };
  const response = await fetchStream(`${base}/things?watch=true`);
  const first = await response.next();
  assert.equal(first.value, '{"type":"ADDED"}\n');
  sent.resolve();
  assert.equal((await response.next()).value, '{"type":"DELETED"}\n');
});

test("a client in this process reaches the other server too, and sees its refusals", async () => {
  api.extension.answer = (_request, response) => response.end('{"kind":"ThingList","items":[]}');
  const { transport } = api.client;
  const path = `${base}/things`;
  assert.deepEqual(await transport.request({ method: "GET", path }), { kind: "ThingList", items: [] });
  const status = { kind: "Status", message: "no", reason: "NotFound", code: 404 };
  api.extension.answer = (_request, response) => response.writeHead(404).end(JSON.stringify(status));
  await assert.rejects(transport.request({ method: "GET", path }), { code: 404, message: "no" });
  const event = { type: "ADDED", object: { kind: "Thing" } };
  api.extension.answer = (_request, response) => response.end(`${JSON.stringify(event)}\n`);
  const seen: unknown[] = [];
  for await (const one of transport.watch({ method: "GET", path })) seen.push(one);
  assert.deepEqual(seen, [event]);
});

test("an APIService that is gone leaves nothing behind", async () => {
  await api.ask("DELETE", registrationPath);
  for (;;) {
    const { status } = await api.ask("GET", `${base}/things`);
    if (status === 404) break;
    assert.equal(status, 200);
  }
});

async function fetchStream(path: string): Promise<AsyncIterator<string>> {
  const { default: https } = await import("node:https");
  const request = https.get(`${api.url}${path}`, { ca: api.authority, headers: { authorization: "Bearer admin" } });
  const response = await new Promise<AsyncIterable<string>>((resolve, reject) => {
    request.once("response", (found) => resolve(found.setEncoding("utf8")));
    request.once("error", reject);
  });
  return response[Symbol.asyncIterator]();
}
