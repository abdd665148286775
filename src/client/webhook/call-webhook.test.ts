import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { callWebhook, type WebhookClientConfig } from "./call-webhook.ts";
import { WebhookConnections } from "./connections.ts";
import type { ServiceResolver } from "./service-resolver.ts";
import { startWebhook, type WebhookHandler, type WebhookServer } from "./testing/webhook-server.ts";

let server: WebhookServer;
let handler: WebhookHandler = () => ({ body: {} });
const nowhere: ServiceResolver = {
  resolve() {
    throw new Error('service "hook" not found');
  },
};

before(async () => {
  server = await startWebhook((request) => handler(request), ["127.0.0.1", "hook.shop.svc"]);
});
after(() => server.close());

const here = (path = ""): WebhookClientConfig => ({ url: `${server.url}${path}`, caBundle: server.caBundle });

function call(clientConfig: WebhookClientConfig, options: Partial<Parameters<typeof callWebhook>[0]> = {}) {
  return callWebhook({ clientConfig, body: { ask: 1 }, timeoutMs: 10_000, resolver: nowhere, ...options });
}

test("a webhook at a URL gets the body as JSON, and the time it has", async () => {
  handler = ({ path, query, headers, body }) => ({
    body: { path, timeout: query.get("timeout"), type: headers["content-type"], host: headers.host, body },
  });
  assert.deepEqual(await call(here("/mutate")), {
    path: "/mutate",
    timeout: "10s",
    type: "application/json",
    host: `127.0.0.1:${server.port}`,
    body: { ask: 1 },
  });
});

test("a webhook behind a Service is dialled where the resolver says, and must have the Service's certificate", async () => {
  handler = ({ path, headers }) => ({ body: [path, headers.host] });
  const asked: unknown[] = [];
  const resolver: ServiceResolver = {
    resolve(reference) {
      asked.push(reference);
      return { host: "127.0.0.1", port: server.port };
    },
  };
  const { caBundle } = server;
  const service = { namespace: "shop", name: "hook", path: "/x" };
  assert.deepEqual(await call({ service, caBundle }, { resolver }), ["/x", "hook.shop.svc:443"]);
  assert.deepEqual(asked, [{ namespace: "shop", name: "hook", port: 443 }]);
  await assert.rejects(call({ service: { ...service, name: "other", port: 8443 }, caBundle }, { resolver }), {
    code: "connect",
    message: `Post "https://other.shop.svc:8443/x?timeout=10s": tls: failed to verify certificate: x509: certificate is valid for 127.0.0.1, hook.shop.svc, not other.shop.svc`,
  });
});

test("a Service that leads nowhere is told in the resolver's words", async () => {
  const service = { namespace: "shop", name: "hook", path: "/x" };
  const message = 'Post "https://hook.shop.svc:443/x?timeout=10s": service "hook" not found';
  await assert.rejects(call({ service }), { code: "resolve", message });
});

test("connections are kept for the next call of the same webhook", async () => {
  handler = () => ({ body: {} });
  const connections = new WebhookConnections();
  const before = server.connections;
  for (const _ of [1, 2, 3]) await call(here(), { connections });
  assert.equal(server.connections, before + 1);
});

test("a webhook that takes longer than it may is given up", async () => {
  const release = Promise.withResolvers<void>();
  handler = async () => {
    await release.promise;
    return { body: {} };
  };
  const message = `Post "${server.url}/slow?timeout=50ms": context deadline exceeded`;
  await assert.rejects(call(here("/slow"), { timeoutMs: 50 }), { code: "deadline", message });
  release.resolve();
});

test("a caller that goes ends the call", async () => {
  const aborter = new AbortController();
  const release = Promise.withResolvers<void>();
  handler = async () => {
    aborter.abort();
    await release.promise;
    return { body: {} };
  };
  await assert.rejects(call(here("/x"), { signal: aborter.signal }), { code: "canceled" });
  release.resolve();
});

test("the bundle may be the server's own certificate, as envtest has it", async () => {
  handler = () => ({ body: { trusted: true } });
  assert.deepEqual(await call({ url: server.url, caBundle: server.ownBundle }), { trusted: true });
});

test("a webhook that sends its caller on to another path is asked there, with the same body", async () => {
  handler = ({ path, query, body }) =>
    path === "/old"
      ? { status: 307, location: `/new?${query}`, body: "" }
      : { body: { path, timeout: query.get("timeout"), body } };
  assert.deepEqual(await call(here("/old")), { path: "/new", timeout: "10s", body: { ask: 1 } });
  handler = ({ path }) => ({ status: 308, location: path, body: "" });
  await assert.rejects(call(here("/round")), { message: 'Post "/round": stopped after 10 redirects' });
  handler = () => ({ status: 307, location: "https://127.0.0.1:1/elsewhere", body: "", contentType: "text/plain" });
  await assert.rejects(call(here("/away")), { code: "status" });
});

test("failures of the connection are told as upstream tells them", async () => {
  const at = `Post "${server.url}?timeout=10s": `;
  await assert.rejects(call({ url: server.url }), {
    message: `${at}tls: failed to verify certificate: x509: certificate signed by unknown authority`,
  });
  await assert.rejects(call({ url: server.url, caBundle: "bm90aGluZw==" }), {
    code: "trust",
    message: "unable to load root certificates: unable to parse bytes as PEM block",
  });
  const plain = http.createServer((_, response) => response.end("x")).listen(0, "127.0.0.1");
  await new Promise((resolve) => plain.once("listening", resolve));
  const { port } = plain.address() as AddressInfo;
  const url = `https://127.0.0.1:${port}`;
  await assert.rejects(call({ url }), {
    message: `Post "${url}?timeout=10s": http: server gave HTTP response to HTTPS client`,
  });
  plain.close();
  plain.closeAllConnections();
  await new Promise((resolve) => plain.once("close", resolve));
  await assert.rejects(call({ url }), {
    message: `Post "${url}?timeout=10s": dial tcp 127.0.0.1:${port}: connect: connection refused`,
  });
});

test("answers other than 2xx are failures in the words of their code, or of the Status they carry", async () => {
  const cases: [number, string, unknown, string][] = [
    [404, "text/plain", "404 page not found", "the server could not find the requested resource"],
    [500, "text/plain", "oh no\n", 'an error on the server ("oh no") has prevented the request from succeeding'],
    [500, "application/json", {}, 'an error on the server ("unknown") has prevented the request from succeeding'],
    [418, "text/plain", "x", "the server responded with the status code 418 but did not return more information"],
    [403, "application/json", { kind: "Status", status: "Failure", message: "no" }, "no"],
  ];
  for (const [status, contentType, body, message] of cases) {
    handler = () => ({ status, contentType, body });
    await assert.rejects(call(here()), { code: "status", httpStatus: status, message });
  }
});

test("an answer is JSON, whatever type it names", async () => {
  handler = () => ({ contentType: "text/plain; charset=utf-8", body: `{"kind":"Guessed"}` });
  assert.deepEqual(await call(here()), { kind: "Guessed" });
});

test("answers that cannot be read are failures", async () => {
  handler = () => ({ body: "" });
  await assert.rejects(call(here()), { message: /^0-length response with status code: 200/ });
  handler = () => ({ body: "{" });
  await assert.rejects(call(here()), { message: /^couldn't get version\/kind; json parse error: / });
  handler = () => ({ body: `"${"x".repeat(3 * 1024 * 1024)}"` });
  await assert.rejects(call(here()), { code: "body", message: /larger than the limit of 3145728 bytes/ });
});
