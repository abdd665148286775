/** Peers that ask for answers over WebSocket and SPDY and take none. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { type Duplex, duplexPair } from "node:stream";
import { test } from "node:test";
import { SpdyConnection } from "./spdy-connection.ts";
import { encodeFrame } from "./spdy-frames.ts";
import { acceptWebSocket } from "./upgrade.ts";

const mebibyte = 1024 * 1024;

/** Until everything has been read, or the connection is over. */
async function flood([near, far]: readonly [Duplex, Duplex], piece: Buffer, count: number): Promise<void> {
  const gone = once(near, "close");
  for (let sent = 0; sent < count && !near.destroyed; sent++)
    if (!far.write(piece)) await Promise.race([once(far, "drain"), gone]);
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
}

test("a SPDY peer that pings without end and reads nothing is left", { timeout: 20_000 }, async () => {
  const [near, far] = duplexPair() as [Duplex, Duplex];
  const connection = new SpdyConnection(near, { role: "server" });
  const pings = Buffer.concat(
    Array.from({ length: 5_000 }, (_, index) => encodeFrame({ type: "ping", id: 2 * index + 1 })),
  );
  let most = 0;
  near.on("data", () => {
    most = Math.max(most, near.writableLength);
  });
  await flood([near, far], pings, 100);
  await connection.closed;
  assert.ok(near.destroyed);
  assert.ok(most < 2 * mebibyte, `${most} bytes waited`);
});

/** A ping with 125 bytes, as a client masks it. */
const ping = Buffer.concat([Buffer.from([0x89, 0x80 | 125, 0, 0, 0, 0]), Buffer.alloc(125)]);

test("a WebSocket client that pings without end and reads nothing has little waiting for it, and is answered again when it reads", {
  timeout: 20_000,
}, async (t) => {
  const [near, far] = duplexPair() as [Duplex, Duplex];
  t.after(() => near.destroy());
  const headers = {
    upgrade: "websocket",
    connection: "Upgrade",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-version": "13",
  };
  const request = { method: "GET", headers } as unknown as IncomingMessage;
  const { webSocket } = (await acceptWebSocket({ request, socket: near, head: Buffer.alloc(0) }, []))!;
  webSocket.resume();
  const pings = Buffer.concat(Array(500).fill(ping));
  await flood([near, far], pings, 400);
  assert.ok(webSocket.bufferedAmount < 2 * mebibyte, `${webSocket.bufferedAmount} bytes wait`);
  far.resume();
  while (webSocket.bufferedAmount > 0) await new Promise(setImmediate);
  const [pong] = (await Promise.all([once(far, "data"), far.write(ping)]))[0] as [Buffer];
  assert.equal(pong[0], 0x8a);
});
