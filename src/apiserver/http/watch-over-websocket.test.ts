import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";
import type { Exchange, UpgradeExchange } from "./exchange.ts";
import { watchOverWebSocket } from "./watch-over-websocket.ts";

let serve: (exchange: Exchange) => void;
let address: string;
const server = http.createServer();
before(async () => {
  server.on("upgrade", (request, socket, head) => {
    const { method = "", url: target = "", headers, rawHeaders } = request;
    const signal = new AbortController().signal;
    const exchange = { method, target, headers, rawHeaders, request, socket, head, signal };
    serve(watchOverWebSocket(exchange as unknown as UpgradeExchange));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  address = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/pods?watch=true`;
});
after(() => server.close());

test("each event of a watch over WebSocket is one message of text, however the bytes came", async () => {
  serve = (exchange) => {
    const output = exchange.stream(200, {});
    for (const part of ['{"type":"ADDED"}\n{"type":', '"DELETED"}\n']) output.write(Buffer.from(part));
    output.end();
  };
  const webSocket = new WebSocket(address);
  const heard: string[] = [];
  webSocket.on("message", (data, isBinary) => void heard.push(`${isBinary} ${data.toString().trim()}`));
  const [code] = await once(webSocket, "close");
  assert.deepEqual([code, heard], [1000, ['false {"type":"ADDED"}', 'false {"type":"DELETED"}']]);
});

test("the watch ends when its client leaves", async () => {
  const ended = Promise.withResolvers<void>();
  serve = (exchange) => {
    exchange.stream(200, {}).write(Buffer.from("{}\n"));
    exchange.signal.addEventListener("abort", () => ended.resolve());
  };
  const webSocket = new WebSocket(address);
  await once(webSocket, "message");
  webSocket.close();
  await ended.promise;
});

test("what is refused is told in the answer to the upgrade", async () => {
  serve = (exchange) => exchange.respond(403, { "content-type": "application/json" }, Buffer.from('{"code":403}'));
  const [, response] = (await once(
    new WebSocket(address).on("error", () => {}),
    "unexpected-response",
  )) as [unknown, http.IncomingMessage];
  assert.equal(response.statusCode, 403);
  assert.equal((await response.setEncoding("utf8").toArray()).join(""), '{"code":403}');
});
