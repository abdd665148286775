import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import type { ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import { test } from "node:test";
import { queryObjects } from "node:v8";
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
  const [idle, busy] = [new Session(), new Session()];
  for (const session of [idle, busy]) sessions.watch(session as unknown as ServerHttp2Session, connection);
  const over = sessions.began(busy as unknown as ServerHttp2Session, {} as ServerHttp2Stream);
  await once(idle, "close");
  assert.equal(busy.closed, false);
  over();
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

class Held {
  destroy(): never {
    return undefined as never;
  }
}

test("nothing leads to a connection from its session when that has ended, however long the session is held", async () => {
  const sessions = new IdleSessions(60_000);
  const ended = Array.from({ length: 5 }, () => new Session());
  for (const session of ended) sessions.watch(session as unknown as ServerHttp2Session, new Held());
  // Garbage is collected before it counts.
  assert.equal(queryObjects(Held, { format: "count" }), 5);
  for (const session of ended) session.close();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(queryObjects(Held, { format: "count" }), 0);
  assert.ok(ended.every(({ closed }) => closed));
  sessions.stop();
});
