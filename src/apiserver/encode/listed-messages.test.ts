import assert from "node:assert/strict";
import { test } from "node:test";
import { pieceBytes } from "../http/piece-memory.ts";
import { ListedMessages, lengthPrefix } from "./listed-messages.ts";

const joined = (messages: readonly Uint8Array[], count: number) => {
  const items = new ListedMessages(count);
  for (const message of messages) items.add(message);
  const { byteLength } = items;
  const parts = items.parts();
  return { byteLength, parts, bytes: Buffer.concat(parts) };
};

test("many messages are copied together, each with its length before it, whatever their sizes", () => {
  const messages = Array.from({ length: 3000 }, (_, index) => Buffer.alloc((index * 37) % 900, index));
  messages[1500] = Buffer.alloc(pieceBytes, 1);
  messages[1501] = Buffer.alloc(pieceBytes * 2, 2);
  const plain = Buffer.concat(messages.flatMap((message) => [lengthPrefix(0x12, message.length), message]));
  const { byteLength, parts, bytes } = joined(messages, messages.length);
  assert.equal(byteLength, plain.length);
  assert.ok(bytes.equals(plain));
  assert.ok(parts.length < 12, `${parts.length} parts`);
});

test("few messages are not copied, and an empty list has nothing", () => {
  const message = Buffer.from("message");
  const { parts, bytes } = joined([message], 1);
  assert.equal(parts[1], message);
  assert.deepEqual([...bytes.subarray(0, 2)], [0x12, 7]);
  assert.equal(joined([], 0).byteLength, 0);
  assert.equal(joined([], 5000).bytes.length, 0);
});
