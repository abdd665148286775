import assert from "node:assert/strict";
import { once } from "node:events";
import http2 from "node:http2";
import { type Duplex, duplexPair } from "node:stream";
import { test } from "node:test";
import { pino } from "pino";
import { Protocols } from "./protocols.ts";

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

test("an answer for which an HTTP/2 client opens no window is given up, and told", { timeout: 20_000 }, async () => {
  const log: string[] = [];
  const protocols = new Protocols({
    log: pino({ base: null }, { write: (line) => log.push(JSON.parse(line).msg) }),
    idleTimeoutMs: 100,
    onExchange: (exchange) => exchange.respond(200, {}, Buffer.alloc(10_000)),
    onUpgrade: () => {},
  });
  const [near, far] = duplexPair() as [Duplex, Duplex];
  protocols.serve(
    near.on("error", () => {}),
    "h2",
  );
  const settings = { initialWindowSize: 0 };
  const session = http2.connect("http://localhost", { createConnection: () => far, settings });
  const stream = session.request({ ":path": "/" });
  stream.on("error", () => {});
  await once(stream, "close");
  assert.equal(stream.rstCode, http2.constants.NGHTTP2_CANCEL);
  assert.deepEqual(log.slice(0, 1), ["an answer was given up: its client does not read"]);
  session.destroy();
  protocols.stop();
});
