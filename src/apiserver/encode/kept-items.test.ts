import assert from "node:assert/strict";
import { test } from "node:test";
import { type corev1, encodeMessage, type Kind, type KubernetesObject, resources } from "../../api/mod.ts";
import { pieceBytes } from "../http/piece-memory.ts";
import { ByteSlabs } from "../registry/cache/byte-slabs.ts";
import { Entry } from "../registry/cache/entry.ts";
import { KeptMessages } from "../registry/cache/kept-messages.ts";
import { storedForm } from "../registry/cache/stored-form.ts";
import { View } from "../registry/view.ts";
import { JoinedItems } from "./joined-items.ts";
import { keptMessages } from "./kept-items.ts";
import { lengthPrefix } from "./listed-messages.ts";

const info = resources.configmaps;
const view = new View(info as never, {} as never);
const form = storedForm(info as never);
const around = [Buffer.from("before"), Buffer.from("behind")] as const;
const never = () => assert.fail("there was nothing to wait for");

function entriesOf(sizes: readonly number[]): Entry[] {
  return sizes.map((size, index) => {
    const metadata = {
      name: `map-${index}`,
      namespace: "default",
      uid: "u",
      creationTimestamp: "2026-01-01T00:00:00Z",
    };
    const data = { text: "x".repeat(size) };
    const object = { kind: "ConfigMap", apiVersion: "v1", metadata, data } as unknown as corev1.ConfigMap;
    return new Entry(`/registry/configmaps/default/map-${index}`, index + 1, form.encode(object), form);
  });
}

function plain(entries: readonly Entry[]): Buffer {
  const messages = entries.map((entry) => encodeMessage(info.schema as Kind<KubernetesObject>, entry.peek()));
  const items = messages.flatMap((message) => [lengthPrefix(0x12, message.length), message]);
  return Buffer.concat([around[0], ...items, around[1]]);
}

test("a list of kept messages is what they are one by one, whatever their sizes, and no piece of it is large", async () => {
  const large = [pieceBytes - 200, 5, pieceBytes, 9, ...Array<number>(9).fill(pieceBytes / 4)];
  for (const sizes of [[], [3], [10, 200, 30_000], large, Array<number>(3000).fill(700)]) {
    const entries = entriesOf(sizes);
    // Of some the messages lie in slabs.
    const slabs = new ByteSlabs();
    for (const entry of entries.slice(1)) entry.rest(slabs);
    const body = new JoinedItems((await keptMessages(view, entries, () => {}))!, ...around);
    const pieces = [...body];
    assert.ok(Buffer.concat(pieces).equals(plain(entries)));
    assert.equal(body.byteLength, Buffer.concat(pieces).length);
    assert.ok(pieces.every((piece) => piece.byteLength <= pieceBytes + 1000));
  }
});

test("a message that is dropped while the list is sent is made again", async () => {
  const entries = entriesOf([1000, 1000, 1000]);
  let now = 0;
  const limits = { bytes: 512 * 1024, youthMs: 1000 };
  const slabs = new ByteSlabs(new KeptMessages(limits, () => now));
  for (const entry of entries) entry.rest(slabs);
  const kept = await keptMessages(view, entries, never);
  now = 2000;
  for (let dropped = 0; dropped < 2; dropped++) slabs.messages.keep(Buffer.alloc(limits.bytes));
  assert.equal(entries[0]!.messageLength, undefined);
  assert.ok(Buffer.concat([...new JoinedItems(kept!, ...around)]).equals(plain(entries)));
});

test("where there is no room for a message, nobody is told that all are kept", async () => {
  const slabs = new ByteSlabs(new KeptMessages({ bytes: 256 * 1024, youthMs: 1000 }, () => 0));
  const entries = entriesOf(Array<number>(20).fill(20_000));
  for (const entry of entries) entry.rest(slabs);
  assert.equal(await keptMessages(view, entries, never), undefined);
});

test("a list whose message is no longer as long as the client was told breaks off", async () => {
  const entries = entriesOf([1000, 1000]);
  const kept = await keptMessages(view, entries, never);
  const other = entriesOf([1000, 1001])[1]!;
  Object.defineProperties(entries[1]!, {
    messageLength: { get: () => undefined },
    protobuf: { value: other.protobuf.bind(other) },
  });
  assert.throws(() => [...new JoinedItems(kept!, ...around)], /the message of .*map-1 is no longer as long as it was/);
});
