import assert from "node:assert/strict";
import { test } from "node:test";
import { openEncrypted, openMemoryStore } from "../../store/mod.ts";
import { startServer } from "../testing/server-under-test.ts";
import { resourceOfKey } from "./keys.ts";

const config = (...names: string[]) =>
  JSON.stringify({
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "EncryptionConfiguration",
    resources: [
      {
        resources: ["secrets"],
        providers: [
          { aesgcm: { keys: names.map((name) => ({ name, secret: Buffer.alloc(32, name).toString("base64") })) } },
        ],
      },
    ],
  });

test("Secrets are encrypted in the store, and a replace that changes nothing takes the new key", async () => {
  const inner = openMemoryStore();
  const store = openEncrypted(inner, {
    configuration: config("old"),
    resourceOf: resourceOfKey,
    onProblem: (error) => assert.fail(String(error)),
  });
  const api = await startServer({ store });
  try {
    const secrets = "/api/v1/namespaces/default/secrets";
    const stored = async () =>
      Buffer.from((await inner.get("/registry/core/secrets/default/one"))!.value).toString("latin1");
    const body = { metadata: { name: "one" }, stringData: { password: "correct horse" } };
    const made = await api.ask("POST", secrets, { body });
    assert.equal(made.status, 201);
    assert.match(await stored(), /^k8s:enc:aesgcm:v1:old:/);
    const answer = await api.ask("GET", `${secrets}/one`);
    assert.equal(answer.body.data.password, Buffer.from("correct horse").toString("base64"));
    const same = await api.ask("PUT", `${secrets}/one`, { body: answer.body });
    assert.equal(same.body.metadata.resourceVersion, answer.body.metadata.resourceVersion, "nothing to write");
    store.replaceConfiguration(config("newer", "old"));
    const again = await api.ask("PUT", `${secrets}/one`, { body: answer.body });
    assert.notEqual(again.body.metadata.resourceVersion, answer.body.metadata.resourceVersion);
    assert.match(await stored(), /^k8s:enc:aesgcm:v1:newer:/);
  } finally {
    await api.stop();
    await store.close();
  }
});
