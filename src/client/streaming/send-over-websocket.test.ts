import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { WebSocket } from "ws";
import { readerProtocols, sendOverWebSocket } from "./send-over-websocket.ts";
import { acceptWebSocket } from "./upgrade.ts";

async function received(
  parts: AsyncIterable<string | Uint8Array>,
  protocols: string[],
  leaveAfter = Infinity,
): Promise<string[]> {
  const server = http.createServer();
  server.on("upgrade", async (request, socket, head) => {
    const agreed = await acceptWebSocket({ request, socket, head }, readerProtocols);
    await sendOverWebSocket(agreed!, parts);
    server.close();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const webSocket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, protocols);
  const messages: string[] = [];
  webSocket.on("message", (data, isBinary) => {
    messages.push(`${isBinary ? "binary" : "text"} ${data}`);
    if (messages.length === leaveAfter) webSocket.close();
  });
  await Promise.all([once(webSocket, "close"), once(server, "close")]);
  return messages;
}

async function* two(): AsyncIterable<Uint8Array> {
  yield Buffer.from("one");
  yield Buffer.from("two");
}

test("a log goes out in binary messages, or in base64 where the client asks for it", async () => {
  assert.deepEqual(await received(two(), []), ["binary one", "binary two"]);
  assert.deepEqual(await received(two(), ["binary.k8s.io"]), ["binary one", "binary two"]);
  assert.deepEqual(await received(two(), ["base64.binary.k8s.io"]), ["text b25l", "text dHdv"]);
});

test("events of a watch go out as text", async () => {
  async function* events(): AsyncIterable<string> {
    yield '{"type":"ADDED"}';
  }
  assert.deepEqual(await received(events(), []), ['text {"type":"ADDED"}']);
});

test("a source is told when the client leaves", async () => {
  let isOver = false;
  async function* endless(): AsyncIterable<string> {
    try {
      for (;;) {
        yield "x";
        await new Promise(setImmediate);
      }
    } finally {
      isOver = true;
    }
  }
  await received(endless(), [], 3);
  assert.equal(isOver, true);
});
