import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { callWebhook, reachHostLoopback } from "../../client/mod.ts";
import { startWebhook, type WebhookServer } from "../../client/webhook/testing/webhook-server.ts";
import { LoopbackRelay, parseAddress } from "./loopback-relay.ts";

const folder = mkdtempSync(join(tmpdir(), "kubets-loopback-"));
const socketPath = join(folder, "loopback.sock");
const relay = new LoopbackRelay(socketPath);
let webhook: WebhookServer;

before(async () => {
  await relay.start();
  webhook = await startWebhook(({ path }) => ({ body: { path } }), ["127.0.0.1", "localhost"]);
});
after(async () => {
  reachHostLoopback(undefined);
  relay.stop();
  await webhook.close();
  rmSync(folder, { recursive: true });
});

const resolver = { resolve: () => assert.fail("a URL is no Service") };
const ask = (url: string) =>
  callWebhook({ clientConfig: { url, caBundle: webhook.caBundle }, body: {}, timeoutMs: 5_000, resolver });

test("a webhook on the host's loopback is reached by way of the supervisor's socket, which its owner alone may open", async () => {
  assert.equal(statSync(socketPath).mode & 0o777, 0o600);
  reachHostLoopback(socketPath);
  assert.deepEqual(await ask(`https://localhost:${webhook.port}/review`), { path: "/review" });
  reachHostLoopback(join(folder, "nowhere.sock"));
  await assert.rejects(ask(`https://127.0.0.1:${webhook.port}/review`), /ENOENT/);
});

test("the way leads to the loopback and nowhere else", async () => {
  assert.deepEqual(parseAddress("127.0.0.1 9443"), { host: "127.0.0.1", port: 9443 });
  assert.deepEqual(parseAddress("::1 1"), { host: "::1", port: 1 });
  const others = ["10.0.0.1 80", "127.0.0.1.example.com 80", "example.com 80", "127.0.0.1 0", "127.0.0.1 70000", ""];
  assert.deepEqual(
    others.map(parseAddress),
    others.map(() => undefined),
  );
  for (const text of ["example.com 80\n", "x".repeat(100)]) {
    const socket = connect(socketPath);
    socket.end(text);
    socket.resume();
    await once(socket, "close");
  }
});

test("where nobody listens the connection ends; what both sides say reaches the other, bytes with the first line too", async () => {
  const free = createServer().listen(0, "127.0.0.1");
  await once(free, "listening");
  const { port } = free.address() as { port: number };
  free.on("connection", (socket) => socket.on("data", (data) => socket.end(`heard ${data}`)));
  const socket = connect(socketPath);
  socket.write(`127.0.0.1 ${port}\nhello`);
  assert.equal((await socket.toArray()).join(""), "heard hello");
  free.close();
  await once(free, "close");
  const refused = connect(socketPath);
  refused.write(`127.0.0.1 ${port}\n`);
  refused.resume();
  refused.on("error", () => {});
  await once(refused, "close");
});
