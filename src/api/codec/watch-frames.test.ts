import assert from "node:assert/strict";
import { test } from "node:test";
import { deployment } from "../apps/v1/deployment.ts";
import { namespace } from "../core/v1/namespace.ts";
import { decodeProtobuf, encodeProtobuf } from "./envelope.ts";
import { normalize } from "./json-decode.ts";
import { decodeMessage } from "./protobuf-decode.ts";
import { protobufWatchEvent, WatchFrameReader } from "./watch-frames.ts";

const object = normalize(namespace, { metadata: { name: "default" } } as never);
const encoded = encodeProtobuf(namespace, object);

test("watch events are cut out of a stream wherever its chunks end", () => {
  const stream = Buffer.concat([protobufWatchEvent("ADDED", encoded), protobufWatchEvent("DELETED", encoded)]);
  for (let size = 1; size <= stream.length; size += 7) {
    const reader = new WatchFrameReader();
    const events = [];
    for (let at = 0; at < stream.length; at += size) events.push(...reader.push(stream.subarray(at, at + size)));
    assert.deepEqual(
      events.map(({ type }) => type),
      ["ADDED", "DELETED"],
    );
    for (const { object: found } of events) assert.deepEqual(decodeMessage(namespace, found.raw), object);
  }
});

test("a frame that claims more than is allowed is refused", () => {
  const reader = new WatchFrameReader({ largestFrameBytes: 10 });
  assert.throws(() => reader.push(protobufWatchEvent("ADDED", encoded)), /a watch event of \d+ bytes/);
});

/** What upstream 1.36 answers to a body that is no protobuf object of the kind. */
const refused: readonly (readonly [Uint8Array, string])[] = [
  [Buffer.alloc(0), "empty data (<empty>)"],
  [
    Buffer.from([1, 2, 3, 4, 5]),
    "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] (0102030405)",
  ],
  [Buffer.from("k8s\0"), "empty body (6b387300)"],
  [Buffer.from("k8s\0\xff\xff", "latin1"), "unexpected EOF (6b387300ffff)"],
];

test("a body that is no protobuf object is refused in upstream's words", () => {
  for (const [body, why] of refused) {
    const message = `the object provided is unrecognized (must be of type Deployment): ${why}`;
    assert.throws(() => decodeProtobuf(deployment, body), { message });
  }
  const message =
    'Namespace in version "v1" cannot be handled as a Deployment: converting (v1.Namespace) to (apps.Deployment): unknown conversion';
  assert.throws(() => decodeProtobuf(deployment, encoded), { message });
});
