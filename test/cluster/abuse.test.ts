/** Clients that are slow, silent, endless or many: others are served meanwhile, what the server holds for them is bounded, and the log tells. */
import assert from "node:assert/strict";
import { once } from "node:events";
import http2 from "node:http2";
import net from "node:net";
import { after, before, test } from "node:test";
import tls from "node:tls";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { pino } from "pino";
import { resources } from "../../src/api/mod.ts";
import { type ServerUnderTest, startServer } from "../../src/apiserver/testing/server-under-test.ts";
import { StoreError } from "../../src/store/mod.ts";
import { eventually } from "../support/eventually.ts";

const configMaps = "/api/v1/namespaces/default/configmaps";
const mebibyte = 1024 * 1024;
let api: ServerUnderTest;
let port: number;

/** What the server's log has, as it has it. */
const log: { readonly level: number; readonly msg: string; readonly [field: string]: unknown }[] = [];

before(async () => {
  api = await startServer({ log: pino({ base: null }, { write: (line) => log.push(JSON.parse(line)) }) });
  port = Number(new URL(api.url).port);
});
after(() => api.stop());

async function dial(): Promise<tls.TLSSocket> {
  const socket = tls.connect({ host: "127.0.0.1", port, ca: api.authority, ALPNProtocols: ["http/1.1"] });
  socket.on("error", () => {});
  await once(socket, "secureConnect");
  return socket;
}

const lines = (...all: readonly string[]) => `${all.join("\r\n")}\r\n\r\n`;
const host = ["Host: x", "Authorization: Bearer admin"];

/** The server answers another client. */
async function isServing(): Promise<void> {
  assert.equal((await api.ask("GET", "/version")).status, 200);
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** In MiB, of what is in use: what only waits to be collected is no matter of who asked. */
async function inUse(): Promise<number> {
  // Connections let go of their memory in the second round.
  for (let round = 0; round < 3; round++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / mebibyte;
}

/** At its highest, what is not yet collected among it; clients and server are one process here. */
const mostGrowth = 400;

/** What is in use after `work`, and was not before. */
async function growth(work: () => Promise<void>): Promise<number> {
  const before = await inUse();
  const most = process.resourceUsage().maxRSS;
  await work();
  const grown = (process.resourceUsage().maxRSS - most) / 1024;
  assert.ok(grown < mostGrowth, `memory grew by ${Math.round(grown)} MiB meanwhile`);
  return (await inUse()) - before;
}

/** The lines of this message, of which a flood may write two: the first, and how many there were. */
function told(message: string) {
  const lines = log.filter(({ msg }) => msg === message);
  assert.ok(lines.length >= 1, `the log tells: ${message}`);
  assert.ok(lines.length <= 2, `${lines.length} lines tell: ${message}`);
  return lines[0]!;
}

test("a client that never reads its watch is cut off, and no more is kept for it than a watch may have waiting", async () => {
  const socket = await dial();
  socket.pause();
  socket.write(lines(`GET ${configMaps}?watch=1 HTTP/1.1`, ...host));
  let isOver = false;
  socket.once("close", () => {
    isOver = true;
  });
  const data = { filler: "x".repeat(256 * 1024) };
  const client = api.client.resource(resources.configmaps);
  const place = { namespace: "default" };
  let object = await client.create({ metadata: { name: "large" }, data }, place);
  const grown = await growth(async () => {
    for (let count = 0; count < 300; count++) {
      object = await client.update({ ...object, data: { filler: `${count}${data.filler}` } });
      // The kernel's buffers are the client's own matter.
      await new Promise(setImmediate);
    }
    await api.store.compact(api.store.revision);
  });
  // 16 MiB may wait, 32 are kept for watches that come back; then there is what the connection holds, and the object.
  assert.ok(grown < 72, `memory grew by ${Math.round(grown)} MiB`);
  socket.resume();
  await eventually(() => assert.ok(isOver, "the connection is ended"));
  const { path, method, peer } = told("a watch was ended: its client does not read");
  assert.deepEqual([method, path], ["GET", configMaps]);
  assert.match(String(peer), /^127\.0\.0\.1:/);
  // Nothing that was acknowledged is lost by it.
  assert.equal((await client.get("large", place)).metadata.resourceVersion, object.metadata.resourceVersion);
  await isServing();
});

test("a body that stops in the middle ends with the request's time, over HTTP/1.1 and HTTP/2", async () => {
  const socket = await dial();
  socket.write(`${lines(`POST ${configMaps}?timeout=300ms HTTP/1.1`, ...host, "Content-Length: 1000")}{"metadata"`);
  const answer = Buffer.concat(await socket.toArray()).toString();
  assert.match(answer, /^HTTP\/1\.1 504 /);
  const session = http2.connect(api.url, { ca: api.authority });
  const stream = session.request({
    ":path": `${configMaps}?timeout=300ms`,
    ":method": "POST",
    authorization: "Bearer admin",
  });
  stream.on("error", () => {});
  stream.write("{");
  const [headers] = (await once(stream, "response")) as [http2.IncomingHttpHeaders];
  assert.equal(headers[":status"], 504);
  session.destroy();
  assert.equal(told("a request was not done within its time")["path"], configMaps);
  await isServing();
});

test("a body that never ends is refused when it is too long, and not read on", async () => {
  const socket = await dial();
  socket.write(lines(`POST ${configMaps} HTTP/1.1`, ...host, "Transfer-Encoding: chunked"));
  const chunk = Buffer.concat([Buffer.from("10000\r\n"), Buffer.alloc(65536, "x"), Buffer.from("\r\n")]);
  let sent = 0;
  const timer = setInterval(() => {
    if (!socket.writable || socket.writableLength > mebibyte) return;
    socket.write(chunk);
    sent += chunk.length;
  });
  const [answer] = (await once(socket, "data")) as [Buffer];
  clearInterval(timer);
  assert.match(answer.toString(), /^HTTP\/1\.1 413 /);
  assert.ok(sent < 16 * mebibyte);
  socket.destroy();
  assert.equal(told("a request was refused: its body is too long")["method"], "POST");
  await isServing();
});

test("a compressed body is not unfolded", async () => {
  const bomb = gzipSync(Buffer.alloc(64 * mebibyte, "[")).toString("latin1");
  const grown = await growth(async () => {
    const { status } = await api.ask("POST", configMaps, {
      body: bomb,
      headers: { "content-encoding": "gzip", "content-length": String(Buffer.byteLength(bomb)) },
    });
    assert.equal(status, 400);
  });
  assert.ok(grown < 8, `memory grew by ${Math.round(grown)} MiB`);
  told("a request was refused: its body is compressed, and none is unfolded");
});

test("others are served while a long YAML body is read", async () => {
  const data = Array.from({ length: 10_000 }, (_, index) => `  key-${index}: value-of-it`);
  const body = ["apiVersion: v1", "kind: ConfigMap", "metadata:", "  name: yaml", "data:", ...data].join("\n");
  let isAnswered = false;
  const posting = api.ask("POST", configMaps, { body, type: "application/yaml" }).finally(() => {
    isAnswered = true;
  });
  let served = 0;
  for (; !isAnswered; served++) await isServing();
  const { status, body: made } = await posting;
  assert.deepEqual([status, made.data["key-9999"]], [201, "value-of-it"]);
  assert.ok(served > 3, `${served} were served`);
});

test("a flood without a token is refused while others are served", async () => {
  const session = http2.connect(api.url, { ca: api.authority });
  const ask = async () => {
    const stream = session.request({ ":path": "/api/v1/pods", authorization: "Bearer nobody" });
    const [headers] = (await once(stream, "response")) as [http2.IncomingHttpHeaders];
    stream.resume();
    await once(stream, "close");
    return headers[":status"];
  };
  const grown = await growth(async () => {
    const flood = Array.from({ length: 1000 }, ask);
    await isServing();
    const refused = new Set(await Promise.all(flood));
    assert.deepEqual([...refused], [401]);
  });
  session.destroy();
  assert.ok(grown < 16, `memory grew by ${Math.round(grown)} MiB`);
  assert.equal(told("a request was refused: nobody known asks")["path"], "/api/v1/pods");
});

test("hundreds of connections that say nothing cost little, and others are served", async () => {
  const sockets: net.Socket[] = [];
  const grown = await growth(async () => {
    for (let count = 0; count < 500; count++) {
      const socket = net.connect(port, "127.0.0.1").on("error", () => {});
      sockets.push(socket);
      if (count % 100 === 0) await once(socket, "connect");
    }
    await isServing();
  });
  for (const socket of sockets) socket.destroy();
  assert.ok(grown < 64, `memory grew by ${Math.round(grown)} MiB`);
  await isServing();
});

test("a store that fails is told once, and the requests that it fails are answered", async (t) => {
  const failing = t.mock.method(api.store, "write", async () => {
    throw new StoreError("full", "the store in /data cannot be written: the disk is full");
  });
  const create = (count: number) => api.ask("POST", configMaps, { body: { metadata: { name: `full-${count}` } } });
  const answers = await Promise.all(Array.from({ length: 50 }, (_, count) => create(count)));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [500]);
  failing.mock.restore();
  const { err, level } = told("a request failed for a reason that is no answer of the API");
  assert.deepEqual([level, (err as { code: string }).code], [50, "full"]);
  assert.equal((await create(0)).status, 201);
});
