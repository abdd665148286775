import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { relayTo } from "./outgoing-relay.ts";

test("what is sent into the socket reaches the address, and its answer comes back", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kubets-relay-"));
  const server = http.createServer((request, response) => void response.end(`${request.method} ${request.url}`));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socketPath = join(folder, "out.sock");
  const relay = relayTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, socketPath);
  try {
    await relay.start();
    const request = http.get({ socketPath, path: "/here", agent: false });
    const [response] = await once(request, "response");
    assert.equal(await text(response), "GET /here");
  } finally {
    relay.stop();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
