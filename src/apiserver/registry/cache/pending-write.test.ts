import assert from "node:assert/strict";
import { test } from "node:test";
import { type KubernetesObject, resources } from "../../../api/mod.ts";
import { Entry } from "./entry.ts";
import { PendingWrite } from "./pending-write.ts";
import { storedForm } from "./stored-form.ts";

const form = storedForm(resources.configmaps);
const key = "/registry/core/configmaps/default/a";
const stored = Buffer.from(
  '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","uid":"1","finalizers":["example.com/a"]},"data":{"a":"b"}}',
);
const former = new Entry(key, 7, stored, form);
const successor = (): KubernetesObject => ({ ...former.object, metadata: { ...former.object.metadata } });

test("what is made of a version and changes nothing has its bytes, and nothing of that version changes", () => {
  const before = structuredClone(former.object);
  const pending = new PendingWrite(key, successor(), form, former);
  assert.deepEqual(pending.stored, stored);
  const entry = pending.entryAt(8);
  assert.equal(entry.object.metadata.resourceVersion, "8");
  assert.ok(Object.isFrozen(entry.object.metadata.finalizers));
  assert.deepEqual(former.object, before);
});

test("it has one entry, whose version is that of the write", () => {
  const pending = new PendingWrite(key, successor(), form);
  assert.equal(pending.entryAt(8), pending.entryAt(8));
  assert.deepEqual(pending.entryAt(8).object, form.decode(pending.stored, 8));
});

test("two versions of a custom resource may share their metadata, and what was never stored has no version", () => {
  const object = successor();
  const [one, other] = [new PendingWrite(key, object, form), new PendingWrite(key, { ...object }, form)];
  assert.deepEqual(one.entryAt(8).object, other.entryAt(8).object);
  const none = new PendingWrite(key, successor(), form).entryAt(0).object;
  assert.equal(none.metadata.resourceVersion, undefined);
});
