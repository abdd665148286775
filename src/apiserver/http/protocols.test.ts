import assert from "node:assert/strict";
import { once } from "node:events";
import http2 from "node:http2";
import { type Duplex, duplexPair } from "node:stream";
import { test } from "node:test";
import { pino } from "pino";
import { Protocols, type ProtocolsOptions } from "./protocols.ts";

const head = "POST /api/v1/pods HTTP/1.1\r\nHost: x\r\n";

for (const [what, sent] of [
  ["its headers", head],
  ["its body", `${head}Content-Length: 5\r\n\r\nab`],
  ["its chunks", `${head}Transfer-Encoding: chunked\r\n\r\n5\r\nab`],
])
  test(`a client of HTTP/1.1 that never ends ${what} is cut off`, { timeout: 20_000 }, async () => {
    const log: string[] = [];
    const protocols = new Protocols({
      log: pino({ base: null }, { write: (line) => log.push(JSON.parse(line).msg) }),
      requestTimeoutMs: 100,
      onExchange: ({ body }) => void body.resume().on("error", () => {}),
      onUpgrade: () => {},
    });
    const [near, far] = duplexPair() as [Duplex, Duplex];
    protocols.serve(near, "http/1.1");
    far.on("error", () => {}).resume();
    far.write(sent);
    await once(far, "close");
    assert.ok(near.destroyed);
    assert.deepEqual(log, ["a connection was ended: its client does not finish its request"]);
    protocols.stop();
  });

/** A client's first words: the preface, its settings (none), and a request whose answer it will not read. */
const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", "latin1");

for (const [what, words] of [
  ["says nothing at all", []],
  ["says its first words and nothing after them", [preface]],
] as const)
  test(`an HTTP/2 peer that ${what}, reads nothing and never ends its half is given up`, {
    timeout: 20_000,
  }, async () => {
    const log: string[] = [];
    const protocols = new Protocols({
      log: pino({ base: null }, { write: (line) => log.push(JSON.parse(line).msg) }),
      idleTimeoutMs: 40,
      onExchange: () => {},
      onUpgrade: () => {},
    });
    const [near, far] = duplexPair() as [Duplex, Duplex];
    near.on("error", () => {});
    protocols.serve(near, "h2");
    for (const word of words) far.write(word);
    await once(near, "close");
    assert.deepEqual(log, ["a connection was ended: nothing is asked on it, and its client does not go"]);
    protocols.stop();
    far.destroy();
  });

/** A request of an HTTP/2 client that opens no window for its answer. */
function askWithoutWindow(protocols: Protocols): {
  session: http2.ClientHttp2Session;
  stream: http2.ClientHttp2Stream;
} {
  const [near, far] = duplexPair() as [Duplex, Duplex];
  protocols.serve(
    near.on("error", () => {}),
    "h2",
  );
  const settings = { initialWindowSize: 0 };
  const session = http2.connect("http://localhost", { createConnection: () => far, settings });
  return { session, stream: session.request({ ":path": "/" }).on("error", () => {}) };
}

for (const [how, answer] of [
  ["an answer", (exchange) => exchange.respond(200, {}, Buffer.alloc(10_000))],
  ["the end of a long answer", (exchange) => void exchange.stream(200, {}).end(Buffer.alloc(10_000))],
] as readonly [string, ProtocolsOptions["onExchange"]][])
  test(`${how} for which an HTTP/2 client opens no window is given up, and told`, { timeout: 20_000 }, async () => {
    const log: string[] = [];
    const protocols = new Protocols({
      log: pino({ base: null }, { write: (line) => log.push(JSON.parse(line).msg) }),
      idleTimeoutMs: 100,
      onExchange: answer,
      onUpgrade: () => {},
    });
    const { session, stream } = askWithoutWindow(protocols);
    await once(stream, "close");
    assert.equal(stream.rstCode, http2.constants.NGHTTP2_CANCEL);
    assert.deepEqual(log.slice(0, 1), ["an answer was given up: its client does not read"]);
    session.destroy();
    protocols.stop();
  });

test("an answer over HTTP/2 has its headers, those that stand several times too, and its length", async (t) => {
  const protocols = new Protocols({
    log: pino({ level: "silent" }),
    onExchange: (exchange) =>
      exchange.respond(201, { link: ["a", "b"], "content-type": "text/plain" }, Buffer.from("made")),
    onUpgrade: () => {},
  });
  const [near, far] = duplexPair() as [Duplex, Duplex];
  protocols.serve(near, "h2");
  const session = http2.connect("http://localhost", { createConnection: () => far });
  t.after(() => {
    session.destroy();
    protocols.stop();
  });
  const stream = session.request({ ":path": "/" });
  const body = stream.toArray();
  const [{ ":status": status, ...headers }] = await once(stream, "response");
  assert.equal(status, 201);
  assert.equal(headers["link"], "a, b");
  assert.equal(headers["content-type"], "text/plain");
  assert.equal(headers["content-length"], "4");
  assert.equal(Buffer.concat(await body).toString(), "made");
});

const answerBytes = 200_000;

/** Asks on a connection of its own. */
function ask(protocols: Protocols, reads: boolean): { near: Duplex; far: Duplex; taken: Promise<unknown> } {
  const [near, far] = duplexPair() as [Duplex, Duplex];
  near.on("error", () => {});
  far.on("error", () => {});
  protocols.serve(near, "http/1.1");
  far.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  return { near, far, taken: reads ? once(far.resume(), "end") : Promise.resolve() };
}

test("what answers that nobody reads hold together is bounded over HTTP/1.1: the oldest are given up, and who reads has all", {
  timeout: 20_000,
}, async (t) => {
  const log: string[] = [];
  const protocols = new Protocols({
    log: pino({ base: null }, { write: (line) => log.push(JSON.parse(line).msg) }),
    mostUnreadBytes: 5 * answerBytes,
    onExchange: (exchange) => exchange.respond(200, {}, Buffer.alloc(answerBytes)),
    onUpgrade: () => {},
  });
  t.after(() => protocols.stop());
  const unread = Array.from({ length: 10 }, () => ask(protocols, false));
  const ended = unread.slice(0, 6).map(({ near }) => near.destroyed || once(near, "close"));
  await Promise.all(ended);
  for (let count = 0; count < 20; count++) await ask(protocols, true).taken;
  // Three, beside the one that is just given and taken.
  assert.deepEqual(
    unread.map(({ near }) => near.destroyed),
    [...Array(7).fill(true), ...Array(3).fill(false)],
  );
  assert.deepEqual(log.slice(0, 1), ["an answer was given up: its client does not read"]);
  for (const { far } of unread) far.destroy();
});

test("an answer that was taken counts no more, though its connection stands", { timeout: 20_000 }, async (t) => {
  const protocols = new Protocols({
    log: pino({ level: "silent" }),
    mostUnreadBytes: 3 * answerBytes,
    idleTimeoutMs: 60_000,
    onExchange: (exchange) => exchange.respond(200, {}, Buffer.alloc(answerBytes)),
    onUpgrade: () => {},
  });
  t.after(() => protocols.stop());
  const { far: unread } = ask(protocols, false);
  const [near, far] = duplexPair() as [Duplex, Duplex];
  protocols.serve(near, "http/1.1");
  let bytes = 0;
  far.on("data", (piece: Buffer) => (bytes += piece.length));
  for (let count = 1; count <= 20; count++) {
    far.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    while (bytes < count * answerBytes) await once(far, "data");
  }
  assert.ok(!near.destroyed && !unread.destroyed);
  for (const end of [far, unread]) end.destroy();
});

for (const way of ["whole", "piece by piece"] as const)
  test(`an answer that a client of HTTP/1.1 was given ${way} and does not read is given up after a while`, {
    timeout: 20_000,
  }, async (t) => {
    const log: string[] = [];
    const protocols = new Protocols({
      log: pino({ base: null }, { write: (line) => log.push(JSON.parse(line).msg) }),
      idleTimeoutMs: 100,
      onExchange: (exchange) => {
        if (way === "whole") exchange.respond(200, {}, Buffer.alloc(answerBytes));
        else exchange.stream(200, {}).end(Buffer.alloc(answerBytes));
      },
      onUpgrade: () => {},
    });
    t.after(() => protocols.stop());
    const { near, far } = ask(protocols, false);
    await once(near, "close");
    assert.deepEqual(log, ["an answer was given up: its client does not read"]);
    far.destroy();
  });

test("what answers hold together is bounded over HTTP/2 as well, over all connections", {
  timeout: 20_000,
}, async (t) => {
  const protocols = new Protocols({
    log: pino({ level: "silent" }),
    mostUnreadBytes: 5 * answerBytes,
    onExchange: (exchange) => exchange.respond(200, {}, Buffer.alloc(answerBytes)),
    onUpgrade: () => {},
  });
  t.after(() => protocols.stop());
  const streams = Array.from({ length: 10 }, () => {
    const { session, stream } = askWithoutWindow(protocols);
    t.after(() => session.destroy());
    return stream;
  });
  await Promise.all(streams.slice(0, 6).map((stream) => stream.closed || once(stream, "close")));
  assert.deepEqual(
    streams.map(({ rstCode, closed }) => closed && rstCode === http2.constants.NGHTTP2_CANCEL),
    [...Array(6).fill(true), ...Array(4).fill(false)],
  );
});
