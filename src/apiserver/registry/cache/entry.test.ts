import assert from "node:assert/strict";
import { test } from "node:test";
import { resources } from "../../../api/mod.ts";
import { ByteSlabs } from "./byte-slabs.ts";
import { Entry } from "./entry.ts";
import { storedForm } from "./stored-form.ts";
import { countingForm } from "./testing/counting-form.ts";

const form = storedForm(resources.configmaps);
const stored = Buffer.from(
  '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","namespace":"default","uid":"1","labels":{"a":"}\\\\"}},"data":{"metadata":"{"}}',
);
const metadata = { name: "a", namespace: "default", uid: "1", labels: { a: "}\\" }, resourceVersion: "7" };

test("metadata is read alone, and nothing is kept of it", () => {
  const counting = countingForm(form);
  const entry = new Entry("/registry/core/configmaps/default/a", 7, stored, counting);
  assert.deepEqual(entry.metadata, metadata);
  assert.notEqual(entry.metadata, entry.metadata);
  assert.equal(counting.decoded, 0);
});

test("a look at an object does not keep it, and takes the one that is kept", () => {
  const entry = new Entry("/registry/core/configmaps/default/a", 7, stored, form);
  assert.deepEqual(entry.peek().metadata, metadata);
  assert.notEqual(entry.peek(), entry.peek());
  const { object } = entry;
  assert.equal(entry.peek(), object);
  assert.equal(entry.metadata, object.metadata);
});

test("a message in protobuf is made once, and the object that was decoded for it is not kept", () => {
  const entry = new Entry("/registry/core/configmaps/default/a", 7, stored, form);
  const message = entry.protobuf((object) => Buffer.from(object.metadata.name));
  assert.equal(
    entry.protobuf(() => assert.fail("made twice")),
    message,
  );
  assert.equal(entry.heldBytes, stored.length + message.length);
});

test("the message of what rests is one of those that are kept, and goes when another version has taken its place", () => {
  const slabs = new ByteSlabs();
  const entries = [1, 2].map((revision) => new Entry("/registry/core/configmaps/default/a", revision, stored, form));
  const [asked, restsFirst] = entries as [Entry, Entry];
  const first = asked.protobuf(() => Buffer.from("first"));
  for (const entry of entries) entry.rest(slabs);
  const again = asked.protobuf(() => assert.fail("made twice"));
  assert.deepEqual([again, again.buffer === first.buffer], [first, false]);
  restsFirst.protobuf(() => Buffer.from("second"));
  assert.equal(restsFirst.protobuf(() => assert.fail("made twice")).toString(), "second");
  assert.equal(restsFirst.heldBytes, stored.length + 6);
  for (const entry of entries) entry.supersede();
  assert.equal(restsFirst.heldBytes, stored.length);
  assert.equal(restsFirst.protobuf(() => Buffer.from("anew")).toString(), "anew");
});
