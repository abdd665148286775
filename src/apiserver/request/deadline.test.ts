import assert from "node:assert/strict";
import { once } from "node:events";
import https from "node:https";
import { after, before, test } from "node:test";
import type { AdmissionPlugin } from "../../admission/mod.ts";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";
import { isLongRunning, timeoutOf } from "./deadline.ts";
import { parseRequest } from "./request-info.ts";

let release = () => {};
const slow: AdmissionPlugin = {
  name: "Slow",
  handles: ({ resource }) => resource.resource === "secrets",
  validate: () => new Promise<void>((resolve) => (release = resolve)),
};

/** Waits until nobody waits for it. */
let given = Promise.withResolvers<void>();
const abandoned: AdmissionPlugin = {
  name: "Abandoned",
  handles: ({ resource, dryRun }) => resource.resource === "configmaps" && !dryRun,
  async validate({ signal }) {
    await once(signal!(), "abort");
    given.resolve();
  },
};

let server: ServerUnderTest;
before(async () => {
  server = await startServer({ admission: [slow, abandoned] });
});
after(() => server.stop());

const of = (query: string) => timeoutOf(parseRequest("GET", `/api/v1/namespaces${query}`));

test("a request may take a minute, or less where it says so", () => {
  assert.equal(of(""), 60_000);
  assert.equal(of("?timeout=1.5s"), 1500);
  assert.equal(of("?timeout=1m1s"), 60_000);
  assert.equal(of("?timeout=250ms"), 250);
  assert.equal(of("?timeout=0s"), 60_000);
  assert.equal(of("?timeout=-1s"), 60_000);
});

test("watches and connections take as long as they like", () => {
  for (const path of ["namespaces?watch=1&timeout=1s", "namespaces/a/pods/b/exec", "namespaces/a/services/b/proxy/c"]) {
    const info = parseRequest("GET", `/api/v1/${path}`);
    assert.ok(isLongRunning(info), path);
    assert.equal(timeoutOf(info), undefined);
  }
});

test("what is no duration is a 400 in the words of Go's parser, before anybody asks who it is", async () => {
  const bad = await server.ask("GET", "/version?timeout=abc", { token: "nobody" });
  assert.equal(bad.status, 400);
  assert.equal(bad.body.message, 'invalid timeout specified in the request URL - time: invalid duration "abc"');
  assert.throws(() => of("?timeout=10"), /time: missing unit in duration "10"/);
  for (const unit of ["q", "constructor", "toString"])
    assert.throws(() => of(`?timeout=5${unit}`), new RegExp(`time: unknown unit "${unit}" in duration "5${unit}"`));
});

test("a request that is not answered in time is answered with a 504, and what comes of it goes nowhere", async () => {
  const body = { metadata: { name: "late" } };
  const answer = await server.ask("POST", "/api/v1/namespaces/default/secrets?timeout=30ms", { body });
  assert.equal(answer.status, 504);
  assert.equal(answer.body.message, "Timeout: request did not complete within the allotted timeout");
  assert.equal(answer.body.reason, "Timeout");
  release();
  assert.equal((await server.ask("GET", "/api/v1/namespaces/default")).status, 200);
  const { text } = await server.ask("GET", "/metrics");
  assert.match(text, /^apiserver_request_terminations_total\{.*resource="secrets".*code="504"\} 1$/m);
});

test("admission hears that a request's time is over, or that its client has gone", async () => {
  const path = "/api/v1/namespaces/default/configmaps";
  const body = { metadata: { name: "late" } };
  assert.equal((await server.ask("POST", `${path}?timeout=30ms`, { body })).status, 504);
  await given.promise;

  given = Promise.withResolvers();
  const headers = { authorization: "Bearer admin", "content-type": "application/json" };
  const gone = https.request(`${server.url}${path}`, { method: "POST", ca: server.authority, headers });
  gone.on("error", () => {});
  gone.end(JSON.stringify(body), () => setTimeout(() => gone.destroy(), 30));
  await given.promise;
});
