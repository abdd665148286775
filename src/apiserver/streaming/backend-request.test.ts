import assert from "node:assert/strict";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { type BackendRequest, sendToBackend } from "./backend-request.ts";

/** Answers once on each connection and drops it when it is used again. */
const server = http.createServer((request, response) => {
  const used = answered.has(request.socket);
  answered.add(request.socket);
  if (used) request.socket.destroy();
  else request.resume().on("end", () => response.end("fresh"));
});
const answered = new WeakSet<object>();
let url: URL;

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});

after(() => {
  server.closeAllConnections();
  server.close();
});

async function send(request: Pick<BackendRequest, "method" | "body">): Promise<string> {
  const answer = await sendToBackend({ ...request, url, signal: new AbortController().signal });
  const body = await text(answer);
  // The pool takes the connection back after the answer's end.
  await new Promise(setImmediate);
  return body;
}

test("a request whose pooled connection was just closed is sent again over a new one", async () => {
  assert.equal(await send({ method: "GET" }), "fresh");
  assert.equal(await send({ method: "GET" }), "fresh");
});

test("a request that may have changed something is not sent twice", async () => {
  assert.equal(await send({ method: "GET" }), "fresh");
  await assert.rejects(send({ method: "POST", body: Readable.from(["x"]) }), /connection reset by peer/);
});

/** What arrives of a request with a body, as it is on the wire. */
async function wire(method: string, headers: http.OutgoingHttpHeaders): Promise<string> {
  const received = Promise.withResolvers<string>();
  const raw = net.createServer((socket) => {
    let seen = "";
    socket.on("data", (piece) => {
      seen += piece;
      if (!seen.includes("SMUGGLED")) return;
      received.resolve(seen);
      socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
  });
  await new Promise<void>((resolve) => raw.listen(0, "127.0.0.1", resolve));
  const { port } = raw.address() as AddressInfo;
  const body = Readable.from([Buffer.from("SMUGGLED")]);
  const request = { method, headers, body, url: new URL(`http://127.0.0.1:${port}/`) };
  await sendToBackend({ ...request, signal: new AbortController().signal });
  raw.close();
  return received.promise;
}

test("a body says where it ends, whatever the method: it is never the next request of its connection", async () => {
  for (const method of ["DELETE", "GET", "POST"]) {
    assert.match(await wire(method, {}), /transfer-encoding: chunked\r\n[\s\S]*\r\n\r\n8\r\nSMUGGLED/i, method);
    const known = await wire(method, { "content-length": "8" });
    assert.match(known, /content-length: 8\r\n[\s\S]*\r\n\r\nSMUGGLED$/i, method);
    assert.doesNotMatch(known, /transfer-encoding/i);
  }
});
