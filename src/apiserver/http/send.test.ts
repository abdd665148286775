import assert from "node:assert/strict";
import type { OutgoingHttpHeaders } from "node:http";
import { Readable, Writable } from "node:stream";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import type { LongBody } from "./body.ts";
import type { Exchange } from "./exchange.ts";
import { givePieceBack, pieceBytes, takePiece } from "./piece-memory.ts";
import { send } from "./send.ts";

/** Pieces of which each is full of its number; the last one is short. */
function longBody(pieces: number, last = 10): LongBody {
  return {
    byteLength: (pieces - 1) * pieceBytes + last,
    *[Symbol.iterator]() {
      for (let number = 0; number < pieces; number++) {
        const piece = takePiece(1).fill(number);
        yield number < pieces - 1 ? piece : piece.subarray(0, last);
      }
    },
  };
}

const contentOf = (body: LongBody): Buffer => Buffer.concat([...body].map((piece) => Buffer.from(piece)));

/** Looks at what is written only after a while, as a socket whose client is slow; or, where it keeps what it got, at the end. */
function slowExchange({ keeps = false, headers = {}, local = true } = {}) {
  const got: Buffer[] = [];
  const memories = new Set<ArrayBufferLike>();
  let sent: OutgoingHttpHeaders = {};
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      memories.add(chunk.buffer);
      const take = async () => {
        if (keeps) got.push(chunk);
        for (let turn = 0; turn < 3; turn++) await setImmediate();
        if (!keeps) got.push(Buffer.from(chunk));
      };
      take().then(() => done(), done);
    },
  });
  const exchange: Exchange = {
    method: "GET",
    target: "/",
    headers,
    rawHeaders: [],
    peer: { address: "", local, refusedCertificate: false },
    hasBody: false,
    body: Readable.from([]),
    signal: new AbortController().signal,
    answered: false,
    sendsWhatIsWritten: !keeps,
    respond: () => assert.fail("the answer is long"),
    stream(_status, sentHeaders) {
      sent = sentHeaders;
      return output;
    },
    destroy: () => output.destroy(),
  };
  return { exchange, content: () => Buffer.concat(got), memories, sent: () => sent };
}

test("long answers at the same time are whole, and each uses the memory of its pieces again", async () => {
  const exchanges = [5, 9, 14].map((pieces) => ({ body: longBody(pieces), ...slowExchange() }));
  await Promise.all(exchanges.map(({ exchange, body }) => send(exchange, 200, {}, body)));
  for (const { content, body } of exchanges) assert.ok(content().equals(contentOf(body)));
  const memories = new Set(exchanges.flatMap((exchange) => [...exchange.memories]));
  assert.ok(memories.size <= 8, `${memories.size} pieces of memory`);
});

test("small parts are joined to pieces", async () => {
  const parts = Array.from({ length: 5000 }, (_, index) => Buffer.alloc(index % 600, index));
  const { exchange, content, memories } = slowExchange();
  await send(exchange, 200, {}, parts);
  assert.ok(content().equals(Buffer.concat(parts)));
  assert.ok(memories.size <= 3, `${memories.size} pieces of memory`);
});

test("who keeps what is written gets pieces that stay as they are", async () => {
  const body = longBody(7);
  const { exchange, content } = slowExchange({ keeps: true });
  await send(exchange, 200, {}, body);
  assert.ok(content().equals(contentOf(body)));
});

test("a long answer is whole where it is compressed", async () => {
  const body = longBody(7);
  const { exchange, content, sent } = slowExchange({ headers: { "accept-encoding": "gzip" }, local: false });
  await send(exchange, 200, {}, body);
  assert.equal(sent()["content-encoding"], "gzip");
  assert.ok(gunzipSync(content()).equals(contentOf(body)));
});

test("a client that goes in the middle ends the answer, and what it was sent is not used again", async () => {
  const { exchange, memories } = slowExchange();
  const sending = send(exchange, 200, {}, longBody(50));
  while (memories.size === 0) await setImmediate();
  const [last] = [...memories].slice(-1);
  exchange.destroy();
  await sending;
  const taken = Array.from({ length: 10 }, () => takePiece(1));
  assert.ok(taken.every(({ buffer }) => buffer !== last));
});

test("an answer whose body fails in the middle breaks off, and who sends it is told", async () => {
  // Some bugs have a code, as the errors of connections have.
  const bug = Object.assign(new RangeError("a bug"), { code: "ERR_OUT_OF_RANGE" });
  const body: LongBody = {
    ...longBody(3),
    *[Symbol.iterator]() {
      yield takePiece(1);
      throw bug;
    },
  };
  const { exchange } = slowExchange();
  await assert.rejects(async () => send(exchange, 200, {}, body), bug);
  assert.ok((exchange.stream(200, {}) as Writable).destroyed);
});

test("of the memory of pieces little is kept, and none that is somebody else's", () => {
  const taken = Array.from({ length: 20 }, () => takePiece(pieceBytes));
  const larger = takePiece(pieceBytes + 1);
  assert.equal(larger.length, pieceBytes + 1);
  const foreign = Buffer.allocUnsafeSlow(pieceBytes);
  for (const piece of [foreign, larger, ...taken]) givePieceBack(piece.subarray(1));
  const again = Array.from({ length: 20 }, () => takePiece(1));
  const known = again.filter(({ buffer }) => taken.some((piece) => piece.buffer === buffer));
  assert.equal(new Set(known.map(({ buffer }) => buffer)).size, 8);
  assert.equal(known.length, 8);
  assert.ok(again.every((piece) => piece.length === pieceBytes && piece.buffer !== foreign.buffer));
});
