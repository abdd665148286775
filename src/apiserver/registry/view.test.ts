import assert from "node:assert/strict";
import { test } from "node:test";
import { type KubernetesObject, resources } from "../../api/mod.ts";
import { Entry } from "./cache/entry.ts";
import { storedForm } from "./cache/stored-form.ts";
import { View } from "./view.ts";

test("a look at an object in another form keeps neither form, and takes the one that is kept", () => {
  const conversion = {
    fromStored: (object: KubernetesObject) => ({ ...object, apiVersion: "old" }),
    toStored: (object: KubernetesObject) => object,
  };
  const view = new View(resources.configmaps as never, { resource: resources.configmaps } as never, { conversion });
  const stored = Buffer.from('{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"}}');
  const entry = new Entry("/registry/core/configmaps/default/a", 7, stored, storedForm(resources.configmaps));
  assert.equal(view.peek(entry).apiVersion, "old");
  assert.equal(view.metadata(entry).name, "a");
  assert.notEqual(view.peek(entry), view.peek(entry));
  const object = view.object(entry);
  assert.equal(view.peek(entry), object);
  assert.equal(entry.heldBytes, stored.length);
});
