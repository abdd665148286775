import assert from "node:assert/strict";
import { test } from "node:test";
import { SecretboxProvider } from "./secretbox.ts";

const key = (name: string, first: number) => ({
  name,
  secret: Buffer.from(Array.from({ length: 32 }, (_, at) => first + at)),
});
/** Sealed by golang.org/x/crypto/nacl/secretbox, which upstream uses, with the key 1 to 32 and the nonce 200 downwards. */
const upstreams = Buffer.from(
  "azhzOmVuYzpzZWNyZXRib3g6djE6a2V5MTrIx8bFxMPCwcC/vr28u7q5uLe2tbSzsrEqpNB5G0JEe/cpjadCQXkyj4Ornn0bBQS5q67HLAY=",
  "base64",
);
const text = (value: Uint8Array) => Buffer.from(value).toString();
const unreadable = { name: "StoreError", code: "unreadable" };

test("a value that upstream sealed is read, and its tag names the key", () => {
  const { value, tag } = new SecretboxProvider([key("key2", 7), key("key1", 1)]).open(upstreams, "/registry/a");
  assert.equal(text(value), "attack at dawn");
  assert.equal(tag, "k8s:enc:secretbox:v1:key1");
});

test("the first key seals, each time with another nonce, and all keys open", () => {
  const first = new SecretboxProvider([key("a", 1)]);
  const sealed = [first.seal(Buffer.from("value")), first.seal(Buffer.from("value"))].map((one) => Buffer.from(one));
  const head = "k8s:enc:secretbox:v1:a:";
  for (const one of sealed) {
    assert.equal(one.toString("utf8", 0, head.length), head);
    assert.equal(one.length, head.length + 24 + 16 + "value".length);
    assert.equal(text(new SecretboxProvider([key("b", 9), key("a", 1)]).open(one, "/registry/a").value), "value");
  }
  assert.notDeepEqual(sealed[0], sealed[1]);
});

test("a box that was changed, cut, or whose key is another is refused", () => {
  const provider = new SecretboxProvider([key("key1", 1)]);
  const changed = Buffer.from(upstreams);
  changed[changed.length - 1]! ^= 1;
  assert.throws(() => provider.open(changed, "/registry/a"), unreadable);
  assert.throws(() => provider.open(upstreams.subarray(0, 40), "/registry/a"), unreadable);
  assert.throws(() => new SecretboxProvider([key("key1", 2)]).open(upstreams, "/registry/a"), unreadable);
  assert.throws(() => new SecretboxProvider([key("other", 1)]).open(upstreams, "/registry/a"), unreadable);
});
