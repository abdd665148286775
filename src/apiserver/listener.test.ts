import assert from "node:assert/strict";
import { once } from "node:events";
import http2 from "node:http2";
import net from "node:net";
import { after, before, test } from "node:test";
import tls from "node:tls";
import { pino } from "pino";
import { CertificateAuthority } from "../auth/mod.ts";
import { maximumBodyBytes } from "./http/read-body.ts";
import { Listener } from "./listener.ts";
import { type ServerUnderTest, startServer } from "./testing/server-under-test.ts";

let api: ServerUnderTest;
before(async () => {
  api = await startServer();
});
after(() => api.stop());

const configMaps = "/api/v1/namespaces/default/configmaps";

test("HTTP/2 and HTTP/1.1 are spoken on one port", async () => {
  const session = http2.connect(api.url, { ca: api.authority });
  const stream = session.request({ ":path": "/version", authorization: "Bearer admin" });
  const [headers] = (await once(stream, "response")) as [http2.IncomingHttpHeaders];
  assert.equal(headers[":status"], 200);
  stream.resume();
  await once(stream, "end");
  session.close();
  assert.equal((await api.ask("GET", "/version")).body.gitVersion, "v1.36.3");
});

test("a body of more than 3 MiB is refused, whatever it holds", async () => {
  const { status, body } = await api.ask("POST", configMaps, { body: `"${"x".repeat(maximumBodyBytes)}"` });
  assert.deepEqual([status, body.reason], [413, "RequestEntityTooLarge"]);
  assert.equal(body.message, "Request entity too large: limit is 3145728");
});

test("an upgrade that nobody takes is answered, and the connection ends", async () => {
  const { hostname, port } = new URL(api.url);
  const socket = tls.connect({ host: hostname, port: Number(port), ca: api.authority, ALPNProtocols: ["http/1.1"] });
  await once(socket, "secureConnect");
  const head = [
    "GET /api/v1/pods HTTP/1.1",
    "Host: x",
    "Authorization: Bearer admin",
    "Connection: Upgrade",
    "Upgrade: websocket",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  const text = Buffer.concat(await socket.toArray()).toString();
  assert.match(text, /^HTTP\/1\.1 500 /);
  assert.match(text, /"kind":"Status"/);
});

test("a client that leaves ends its watch", async () => {
  const session = http2.connect(api.url, { ca: api.authority });
  const stream = session.request({ ":path": `${configMaps}?watch=1`, authorization: "Bearer admin" });
  await once(stream, "response");
  stream.close();
  await once(stream, "close");
  session.close();
  // Stopping waits for nothing: the test's end would hang on a watch left over.
});

test("a new certificate is shown to new connections, and old ones go on", async () => {
  const session = http2.connect(api.url, { ca: api.authority });
  await once(session, "connect");
  const other = CertificateAuthority.create("other");
  api.server.useCertificate(other.issue({ commonName: "new", alternativeNames: ["127.0.0.1"], usage: "server" }));
  const stream = session.request({ ":path": "/version", authorization: "Bearer admin" });
  const [headers] = (await once(stream, "response")) as [http2.IncomingHttpHeaders];
  assert.equal(headers[":status"], 200);
  stream.resume();
  await once(stream, "end");
  session.close();
  const { hostname, port } = new URL(api.url);
  const socket = tls.connect({ host: hostname, port: Number(port), ca: other.certificate });
  await once(socket, "secureConnect");
  assert.equal(socket.getPeerCertificate().subject.CN, "new");
  socket.destroy();
});

test("who asks for a name is shown the certificate of that name", async () => {
  const authority = CertificateAuthority.create("names");
  const named = [["*.example.com"], ["a.example.com", "b"], ["b"]].map((names) => {
    const pair = authority.issue({ commonName: names.join(), alternativeNames: [], usage: "server" });
    return { ...pair, names };
  });
  const server = await startServer({ named });
  const { hostname, port } = new URL(server.url);
  const shown = async (servername: string) => {
    const socket = tls.connect({ host: hostname, port: Number(port), servername, rejectUnauthorized: false });
    await once(socket, "secureConnect");
    const { subject } = socket.getPeerCertificate();
    socket.destroy();
    return subject.CN;
  };
  assert.equal(await shown("a.example.com"), "a.example.com,b");
  assert.equal(await shown("c.example.com"), "*.example.com");
  assert.equal(await shown("b"), "a.example.com,b");
  assert.equal(await shown("elsewhere"), "server");
  await server.stop();
});

test("connections beyond the limit are ended at once, and told in two lines however many they are", {
  timeout: 30_000,
}, async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const log: Record<string, unknown>[] = [];
  const pair = CertificateAuthority.create("test").issue({ commonName: "server", usage: "server" });
  const listener = new Listener({
    addresses: [{ host: "127.0.0.1", port: 0 }],
    tls: { certificate: pair.certificate, key: pair.key },
    most: { connections: 3, lowered: true },
    log: pino({ base: null, timestamp: false }, { write: (line) => log.push(JSON.parse(line)) }),
    onExchange: () => {},
    onUpgrade: () => {},
  });
  const [address] = await listener.start();
  const { port } = address as { port: number };
  const dial = () => net.connect(port, "127.0.0.1").on("error", () => {});
  const sockets = Array.from({ length: 3 }, dial);
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  const refused = Array.from({ length: 20 }, dial);
  await Promise.all(refused.map((socket) => once(socket.resume(), "close")));
  t.mock.timers.tick(10_000);
  const most = { level: 40, connections: 3, lowered: true };
  assert.deepEqual(log, [
    { ...most, msg: "fewer connections can be open: the process may have few files open" },
    { ...most, msg: "as many connections are open as may be; new ones are refused" },
    { ...most, refused: 20, msg: "connections were refused" },
  ]);
  for (const socket of sockets) assert.ok(!socket.destroyed, "those that stand are left alone");
  for (const socket of sockets) socket.destroy();
  await listener.stop();
});
