import assert from "node:assert/strict";
import { test } from "node:test";
import { constants, deflateSync, inflateSync } from "node:zlib";
import { HeaderCompressor, HeaderDecompressor, spdyDictionary } from "./spdy-headers.ts";

const headers = { streamtype: "stdout", port: "8080", requestid: "0" };

/** The checksum by which a zlib stream names its dictionary (RFC 1950). */
function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return high * 65536 + low;
}

test("the dictionary is the protocol's: its checksum is the one in every SPDY/3 header block", () => {
  assert.equal(adler32(spdyDictionary).toString(16), "e3c6a7c2");
  assert.equal(spdyDictionary.length, 1423);
});

test("what is compressed is read back, block after block of one stream", async () => {
  const compressor = new HeaderCompressor();
  const decompressor = new HeaderDecompressor();
  for (const one of [headers, {}, { ...headers, long: "x".repeat(100_000) }, headers]) {
    assert.deepEqual(await decompressor.decompress(compressor.compress(one)), one);
  }
  decompressor.close();
});

test("names go out in lower case", async () => {
  const decompressor = new HeaderDecompressor();
  assert.deepEqual(await decompressor.decompress(new HeaderCompressor().compress({ StreamType: "x" })), {
    streamtype: "x",
  });
  decompressor.close();
});

test("a block ends with the mark after which a reader may hand out all it has", () => {
  assert.equal(new HeaderCompressor().compress(headers).subarray(-5).toString("hex"), "000000ffff");
});

test("a peer's block that uses the dictionary is read", async () => {
  const plain = inflateSync(new HeaderCompressor().compress(headers), { finishFlush: constants.Z_SYNC_FLUSH });
  const flush = constants.Z_SYNC_FLUSH;
  const peers = deflateSync(plain, { dictionary: spdyDictionary, finishFlush: flush });
  assert.equal(peers.subarray(2, 6).toString("hex"), "e3c6a7c2");
  const decompressor = new HeaderDecompressor();
  assert.deepEqual(await decompressor.decompress(peers), headers);
  decompressor.close();
});

test("a block that grows beyond bounds, or is cut short, is refused", async () => {
  const bomb = deflateSync(Buffer.alloc(1024 * 1024), { finishFlush: constants.Z_SYNC_FLUSH });
  const decompressor = new HeaderDecompressor();
  await assert.rejects(decompressor.decompress(bomb));
  decompressor.close();
  const short = deflateSync(Buffer.from([0, 0, 0, 1, 0, 0, 0, 9, 65]), { finishFlush: constants.Z_SYNC_FLUSH });
  const other = new HeaderDecompressor();
  await assert.rejects(other.decompress(short), RangeError);
  other.close();
});

test("a block that unfolds to more than any handshake needs is given up at once", { timeout: 10_000 }, async () => {
  const decompressor = new HeaderDecompressor();
  const bomb = deflateSync(Buffer.alloc(512 * 1024 * 1024), { dictionary: spdyDictionary, level: 1 });
  const began = process.cpuUsage();
  const tooLarge = { name: "RangeError", message: "the header block is too large" };
  await assert.rejects(decompressor.decompress(bomb), tooLarge);
  assert.ok(process.cpuUsage(began).user < 200_000, "it is not unfolded to its end");
  await assert.rejects(decompressor.decompress(Buffer.alloc(0)), tooLarge);
});
