import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubernetesObject } from "../../api/mod.ts";
import { changeStored } from "./change-stored.ts";
import type { ResourceStorage } from "./resource-storage.ts";

test("what changes nothing is what is stored already, to the order of its keys", async () => {
  const metadata = { managedFields: [{ manager: "a" }], name: "one", namespace: "default" };
  const object = { metadata, kind: "ConfigMap", apiVersion: "v1", data: { a: "b" } } as unknown as KubernetesObject;
  const current = { key: "/one", object };
  const storage = {
    current: async () => current,
    pending: (_: string, changed: KubernetesObject) => JSON.stringify(changed),
    isStored: (pending: string) => pending === JSON.stringify(object),
    write: () => assert.fail("it was written"),
  } as unknown as ResourceStorage;
  const target = { namespace: "default", name: "one", dryRun: false };
  assert.equal(await changeStored(storage, target, () => {}), current as unknown);
});
