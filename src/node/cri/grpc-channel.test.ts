import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import http2, { type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { GrpcChannel } from "./grpc-channel.ts";
import type { GrpcError } from "./grpc-error.ts";
import { MessageReader, messageFrame } from "./grpc-frames.ts";

const folder = mkdtempSync(join(tmpdir(), "kubets-grpc-"));
const socket = join(folder, "server.sock");
const channel = new GrpcChannel(socket);
after(() => {
  channel.close();
  rmSync(folder, { recursive: true });
});

interface Listening {
  stop(): Promise<void>;
}

async function listen(answer: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void): Promise<Listening> {
  const server: Http2Server = http2.createServer();
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on("session", (session) => sessions.add(session));
  server.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on("error", () => {});
    answer(stream, headers);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const session of sessions) session.destroy();
    await closed;
    // The next test's server is not asked over what is left of this connection.
    channel.close();
  };
  return { stop };
}

interface Outcome {
  readonly messages: string[];
  readonly error: GrpcError | undefined;
}

function ask(
  text: string,
  started: (cancel: () => void) => void = () => {},
  decode = (bytes: Buffer) => bytes.toString(),
  timeoutMs?: number,
): Promise<Outcome> {
  const messages: string[] = [];
  return new Promise((resolve) => {
    const message = (bytes: Buffer) => void messages.push(decode(bytes));
    const end = (error: GrpcError | undefined) => resolve({ messages, error });
    const limit = timeoutMs === undefined ? {} : { timeoutMs };
    started(channel.start({ path: "/a.B/C", request: Buffer.from(text), message, end, ...limit }));
  });
}

/** Sends back each message of the request, and says that all went well. */
function echo(stream: ServerHttp2Stream): void {
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.pipe(stream);
}

test("messages are put together however the stream was cut", () => {
  const texts = ["", "a", "b".repeat(300), "c"];
  const bytes = Buffer.concat(texts.map((text) => messageFrame(Buffer.from(text))));
  for (const size of [1, 3, 5, 6, 64, bytes.length]) {
    const read: string[] = [];
    const reader = new MessageReader((message) => read.push(message.toString()));
    for (let at = 0; at < bytes.length; at += size) assert.equal(reader.read(bytes.subarray(at, at + size)), undefined);
    assert.deepEqual(read, texts);
  }
});

test("a message beyond the limit is refused before it is read", () => {
  const reader = new MessageReader(() => assert.fail("it was read"));
  assert.equal(reader.read(Buffer.from([0, 0xff, 0, 0, 0]))?.code, 8);
});

test("where nobody listens a call is unavailable, and the next one finds who came", async () => {
  const { error } = await ask("early");
  assert.equal(error?.code, 14);
  await assert.rejects(channel.connected(), /Unavailable/);
  const server = await listen(echo);
  await channel.connected();
  assert.deepEqual(await ask("hello"), { messages: ["hello"], error: undefined });
  await server.stop();
});

test("a refusal carries its code and its message, decoded, as Go prints it", async () => {
  const server = await listen((stream) =>
    stream.respond({ ":status": 200, "grpc-status": "5", "grpc-message": "no %22a%22" }, { endStream: true }),
  );
  const { error } = await ask("x");
  assert.equal(error?.message, 'rpc error: code = NotFound desc = no "a"');
  await server.stop();
});

test("a server that goes away ends the calls in flight", async () => {
  let asked = () => {};
  const inFlight = new Promise<void>((resolve) => (asked = resolve));
  const server = await listen(() => asked());
  const call = ask("x");
  await inFlight;
  await server.stop();
  assert.equal((await call).error?.code, 14);
});

test("a stream that the server resets fails with what the reset means, and the connection goes on", async () => {
  const { constants } = http2;
  const expected: readonly (readonly [number, number])[] = [
    [constants.NGHTTP2_REFUSED_STREAM, 14],
    [constants.NGHTTP2_CANCEL, 1],
    [constants.NGHTTP2_ENHANCE_YOUR_CALM, 8],
    [constants.NGHTTP2_INADEQUATE_SECURITY, 7],
    [constants.NGHTTP2_INTERNAL_ERROR, 13],
    [constants.NGHTTP2_PROTOCOL_ERROR, 13],
    [constants.NGHTTP2_NO_ERROR, 13],
  ];
  let reset = 0;
  const sessions = new Set<unknown>();
  const server = await listen((stream) => {
    sessions.add(stream.session);
    stream.close(reset);
  });
  for (const [code, expectedCode] of expected) {
    reset = code;
    assert.equal((await ask("x")).error?.code, expectedCode, `reset ${code}`);
  }
  assert.equal(sessions.size, 1);
  await server.stop();
});

test("the server is told how long a call may take", async () => {
  const told: unknown[] = [];
  const server = await listen((stream, headers) => {
    told.push(headers["grpc-timeout"]);
    echo(stream);
  });
  for (const timeoutMs of [undefined, 0.2, 120_000, 1e9]) await ask("x", undefined, undefined, timeoutMs);
  assert.deepEqual(told, [undefined, "1m", "120000m", "1000000S"]);
  await server.stop();
});

test("a cancelled call ends as cancelled", async () => {
  const server = await listen(() => {});
  const { error } = await ask("x", (cancel) => setImmediate(cancel));
  assert.equal(error?.code, 1);
  await server.stop();
});

test("a call that is given up before there is a connection ends at once", async () => {
  const server = await listen(() => {});
  const order: string[] = [];
  const call = ask("x", (cancel) => cancel()).then(() => order.push("ended"));
  const connected = channel.connected().then(() => order.push("connected"));
  await Promise.all([call, connected]);
  assert.deepEqual(order, ["ended", "connected"]);
  await server.stop();
});

test("an answer that cannot be decoded fails its call, and no other", async () => {
  const server = await listen(echo);
  const { error } = await ask("x", undefined, () => {
    throw new RangeError("index out of range");
  });
  assert.equal(error?.message, "rpc error: code = Internal desc = a message cannot be read: index out of range");
  assert.deepEqual(await ask("y"), { messages: ["y"], error: undefined });
  await server.stop();
});

test("calls that take long do not keep others waiting, however many they are", async () => {
  const many = 150;
  let asked = 0;
  const all = Promise.withResolvers<void>();
  const server = await listen(() => ++asked === many && all.resolve());
  const calls = Array.from({ length: many }, () => ask("x"));
  await all.promise;
  await server.stop();
  for (const { error } of await Promise.all(calls)) assert.equal(error?.code, 14);
});
