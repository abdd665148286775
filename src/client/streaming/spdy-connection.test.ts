import assert from "node:assert/strict";
import { once } from "node:events";
import { type Duplex, duplexPair } from "node:stream";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { SpdyConnection } from "./spdy-connection.ts";
import { encodeFrame } from "./spdy-frames.ts";
import type { SpdyStream } from "./spdy-stream.ts";

interface Pair {
  readonly client: SpdyConnection;
  readonly server: SpdyConnection;
}

function pair(onStream?: (stream: SpdyStream) => void): Pair {
  const [near, far] = duplexPair();
  const client = new SpdyConnection(near as Duplex, { role: "client" });
  const server = new SpdyConnection(far as Duplex, { role: "server", ...(onStream && { onStream }) });
  return { client, server };
}

const closeBoth = ({ client, server }: Pair) => Promise.all([client.close(), server.close()]);

test("a stream carries its headers, and bytes both ways until each side ends it", async () => {
  const both = pair((stream) => {
    assert.deepEqual(stream.headers, { streamtype: "stdin" });
    stream.pipe(stream);
  });
  const stream = await both.client.openStream({ streamType: "stdin" });
  stream.write("one ");
  stream.end("two");
  assert.equal(await text(stream), "one two");
  await closeBoth(both);
});

test("a megabyte passes unchanged though it is many frames", async () => {
  const sent = Buffer.alloc(3_000_001, "kubernetes");
  const both = pair((stream) => stream.end(sent));
  const stream = await both.client.openStream({});
  const received: Buffer[] = [];
  for await (const chunk of stream) received.push(chunk as Buffer);
  assert.ok(Buffer.concat(received).equals(sent));
  await closeBoth(both);
});

test("a connection stops reading while a stream's reader is behind, and goes on after", async () => {
  let written = 0;
  const total = 8 * 1024 * 1024;
  const both = pair((stream) => {
    const write = (): void => {
      while (written < total) {
        written += 65536;
        if (!stream.write(Buffer.alloc(65536))) return void stream.once("drain", write);
      }
      stream.end();
    };
    write();
  });
  const stream = await both.client.openStream({});
  while (stream.readableLength < 1024 * 1024) await new Promise(setImmediate);
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  assert.ok(written < total / 2, `${written} bytes were taken without a reader`);
  let read = 0;
  for await (const chunk of stream) read += (chunk as Buffer).length;
  assert.equal(read, total);
  await closeBoth(both);
});

test("streams of one connection do not mix", async () => {
  const both = pair((stream) => stream.end(`to ${stream.headers["name"]}`));
  const names = Array.from({ length: 50 }, (_, n) => `${n}`);
  const answers = await Promise.all(names.map(async (name) => text(await both.client.openStream({ name }))));
  assert.deepEqual(
    answers,
    names.map((name) => `to ${name}`),
  );
  await closeBoth(both);
});

test("a side that takes no streams refuses them", async () => {
  const both = pair();
  await assert.rejects(both.client.openStream({}), /reset the stream with status 3/);
  await closeBoth(both);
});

test("a stream that is destroyed here is cut off there", async () => {
  const arrived = Promise.withResolvers<SpdyStream>();
  const both = pair(arrived.resolve);
  const stream = await both.client.openStream({});
  const peer = await arrived.promise;
  peer.resume();
  stream.destroy();
  await once(peer, "end");
  assert.equal(peer.isCutOff, true);
  await closeBoth(both);
});

test("what came before a reset can still be read", async () => {
  const both = pair((stream) => {
    stream.write("last words", () => stream.destroy());
  });
  const stream = await both.client.openStream({});
  assert.equal(await text(stream), "last words");
  assert.equal(stream.isCutOff, true);
  await closeBoth(both);
});

test("pings are answered from both sides", async () => {
  const both = pair();
  await both.client.ping();
  await both.server.ping();
  await closeBoth(both);
});

test("closing lets what was written arrive and ends the other side too", async () => {
  const arrived = Promise.withResolvers<SpdyStream>();
  const both = pair(arrived.resolve);
  const stream = await both.client.openStream({});
  stream.end("all of it");
  await both.client.close();
  assert.equal(await text(await arrived.promise), "all of it");
  await both.server.closed;
  await assert.rejects(both.client.openStream({}), /closed/);
});

test("a connection that breaks cuts off its streams and refuses those being opened", async () => {
  const [near, far] = duplexPair();
  const client = new SpdyConnection(near as Duplex, { role: "client" });
  const opening = client.openStream({});
  far.destroy(new Error("cable"));
  far.on("error", () => {});
  near.destroy();
  await assert.rejects(opening, /closed/);
  await client.closed;
});

test("bytes that are no SPDY end the connection", async () => {
  const [near, far] = duplexPair();
  const client = new SpdyConnection(near as Duplex, { role: "client" });
  far.on("error", () => {});
  far.write(Buffer.from("80020001000000040000000000000000", "hex"));
  await client.closed;
});

test("frames look on the wire as the protocol draws them", () => {
  const hex = (frame: Parameters<typeof encodeFrame>[0]) => encodeFrame(frame).toString("hex");
  const headers = Buffer.from("aa", "hex");
  assert.equal(
    hex({ type: "syn-stream", streamId: 1, fin: true, headers }),
    "800300010100000b0000000100000000" + "0000aa",
  );
  assert.equal(hex({ type: "syn-reply", streamId: 1, fin: false, headers }), "800300020000000500000001aa");
  assert.equal(hex({ type: "rst-stream", streamId: 3, status: 5 }), "80030003000000080000000300000005");
  assert.equal(hex({ type: "ping", id: 7 }), "800300060000000400000007");
  assert.equal(hex({ type: "goaway", lastStreamId: 5, status: 0 }), "80030007000000080000000500000000");
  assert.equal(hex({ type: "data", streamId: 1, fin: true, data: Buffer.from("hi") }), "00000001010000026869");
});
