import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import type { ServerHttp2Session } from "node:http2";
import { test } from "node:test";
import { IdleSessions } from "./idle-sessions.ts";

class Session extends EventEmitter {
  closed = false;

  close(): void {
    this.closed = true;
    this.emit("close");
  }
}

const limitMs = 8;

test("a connection without streams is closed, one with a stream stays until it ends", async () => {
  const sessions = new IdleSessions(limitMs);
  const [idle, busy, stream] = [new Session(), new Session(), new EventEmitter()];
  for (const session of [idle, busy]) sessions.watch(session as unknown as ServerHttp2Session);
  busy.emit("stream", stream);
  await once(idle, "close");
  assert.equal(busy.closed, false);
  stream.emit("close");
  await once(busy, "close");
  sessions.stop();
});
