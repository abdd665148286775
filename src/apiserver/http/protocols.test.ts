import assert from "node:assert/strict";
import { once } from "node:events";
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
    const protocols = new Protocols({
      log: pino({ enabled: false }),
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
    protocols.stop();
  });
