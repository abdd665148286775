import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import type { ServerHttp2Session } from "node:http2";
import { test } from "node:test";
import { IdleSessions } from "./idle-sessions.ts";

type Connection = Parameters<IdleSessions["watch"]>[1];

class Session extends EventEmitter {
  closed = false;

  close(): void {
    this.closed = true;
    this.emit("close");
  }
}

const limitMs = 8;
const connection: Connection = { destroy: () => undefined as never };

test("a connection without streams is closed, one with a stream stays until it ends", async () => {
  const sessions = new IdleSessions(limitMs);
  const [idle, busy, stream] = [new Session(), new Session(), new EventEmitter()];
  for (const session of [idle, busy]) sessions.watch(session as unknown as ServerHttp2Session, connection);
  busy.emit("stream", stream);
  await once(idle, "close");
  assert.equal(busy.closed, false);
  stream.emit("close");
  await once(busy, "close");
  sessions.stop();
});

test("a connection whose peer does not go when told to is ended for it", async () => {
  const sessions = new IdleSessions(limitMs);
  const session = Object.assign(new EventEmitter(), { closed: false, close: () => (session.closed = true) });
  await new Promise<void>((resolve) => {
    sessions.watch(session as unknown as ServerHttp2Session, { destroy: () => resolve() as never });
  });
  assert.ok(session.closed, "it was told first");
  sessions.stop();
});
