import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as grpc from "@grpc/grpc-js";
import { decodeMessage, encodeMessage, type Message } from "../../api/mod.ts";
import { openMemoryStore } from "../engines.ts";
import { EncryptedStore } from "./encrypted-store.ts";
import { kmsMethods } from "./kms-messages.ts";
import { KmsProvider } from "./kms-provider.ts";
import { EncryptionRules } from "./rules.ts";

/** A plug-in whose cipher is a key id and a colon in front, and which counts its calls. */
const plugin = { keyId: "key-1", encrypted: 0, decrypted: 0, healthz: "ok" };
let folder: string;
let endpoint: string;
let server: grpc.Server;

type Handler = (request: Record<string, string>) => object;
const handlers: Record<keyof typeof kmsMethods, Handler> = {
  Status: () => ({ version: "v2", healthz: plugin.healthz, key_id: plugin.keyId }),
  Encrypt: ({ plaintext = "" }) => {
    plugin.encrypted++;
    const ciphertext = Buffer.concat([Buffer.from(`${plugin.keyId}:`), Buffer.from(plaintext, "base64")]);
    return { ciphertext: ciphertext.toString("base64"), key_id: plugin.keyId, annotations: { "a.b": "Yw==" } };
  },
  Decrypt: ({ ciphertext = "", key_id: keyId = "" }) => {
    plugin.decrypted++;
    return {
      plaintext: Buffer.from(ciphertext, "base64")
        .subarray(keyId.length + 1)
        .toString("base64"),
    };
  },
};

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "kubets-kms-"));
  endpoint = `unix://${join(folder, "kms.sock")}`;
  server = new grpc.Server();
  for (const method of Object.keys(kmsMethods) as (keyof typeof kmsMethods)[]) {
    const [asked, answered] = kmsMethods[method];
    const definition = {
      path: `/v2.KeyManagementService/${method}`,
      requestStream: false,
      responseStream: false,
      requestSerialize: (value: object) => Buffer.from(encodeMessage(asked as Message<object>, value)),
      requestDeserialize: (bytes: Buffer) => decodeMessage(asked as Message<object>, bytes),
      responseSerialize: (value: object) => Buffer.from(encodeMessage(answered as Message<object>, value)),
      responseDeserialize: (bytes: Buffer) => decodeMessage(answered as Message<object>, bytes),
    } as const;
    const handle: grpc.handleUnaryCall<object, object> = ({ request }, answer) =>
      answer(null, handlers[method](request as Record<string, string>));
    server.addService({ [method]: definition }, { [method]: handle });
  }
  await new Promise<void>((resolve, reject) =>
    server.bindAsync(endpoint, grpc.ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve())),
  );
});

after(() => {
  server.forceShutdown();
  rmSync(folder, { recursive: true, force: true });
});

const secret = "/registry/core/secrets/default/one";
const resourceOf = () => ({ group: "", resource: "secrets" });
const provider = (at = endpoint) => new KmsProvider({ name: "test", endpoint: at, timeoutMs: 2_000 });

function open(inner = openMemoryStore(), own = provider()) {
  const rules = new EncryptionRules([{ resources: ["secrets"], providers: [own] }], resourceOf);
  const onProblem = (error: unknown) => {
    throw error;
  };
  return { store: new EncryptedStore(inner, { rules, onProblem }), inner, own };
}

const write = (store: EncryptedStore, name: string) =>
  store.write({ key: secret.replace("one", name), expected: 0, value: Buffer.from(`value of ${name}`) });

test("one question to the plug-in serves many writes, each with a key of its own", async () => {
  plugin.encrypted = 0;
  const { store, inner, own } = open();
  await own.poll();
  await Promise.all(["one", "two", "three"].map((name) => write(store, name)));
  assert.equal(plugin.encrypted, 1);
  const { items } = await inner.list({ prefix: "/registry/" });
  for (const { value } of items) {
    const bytes = Buffer.from(value).toString("latin1");
    assert.ok(bytes.startsWith("k8s:enc:kms:v2:test:"));
    assert.ok(!bytes.includes("value of"));
  }
  assert.equal(new Set(items.map(({ value }) => Buffer.from(value).subarray(30, 70).toString("hex"))).size, 3);
  assert.equal(store.mustRewrite(secret), false);
  await store.close();
});

test("another process reads with one question, however many values there are", async () => {
  const inner = openMemoryStore();
  const first = open(inner);
  await first.own.poll();
  for (const name of ["one", "two", "three"]) await write(first.store, name);
  plugin.decrypted = 0;
  const second = open(inner);
  const page = await second.store.list({ prefix: "/registry/" });
  assert.deepEqual(
    page.items.map(({ value }) => Buffer.from(value).toString()),
    ["value of one", "value of three", "value of two"],
  );
  assert.equal(plugin.decrypted, 1);
  second.own.close();
  await first.store.close();
});

test("changes come in order where the key has to be asked for first", async () => {
  const inner = openMemoryStore();
  const writer = open(inner);
  await writer.own.poll();
  const reader = open(inner);
  const seen: string[] = [];
  const watch = reader.store.watch("/registry/", inner.revision, (events) =>
    seen.push(...events.map(({ value }) => Buffer.from(value).toString())),
  );
  const names = ["one", "two", "three", "four"];
  for (const name of names) await write(writer.store, name);
  while (seen.length < names.length) await new Promise(setImmediate);
  assert.deepEqual(
    seen,
    names.map((name) => `value of ${name}`),
  );
  watch.close();
  reader.own.close();
  await writer.store.close();
});

test("a watch that cannot open a value says so and ends; a listener that throws holds up no later change", async () => {
  const inner = openMemoryStore();
  const writer = open(inner);
  await writer.own.poll();
  const own = provider();
  const rules = new EncryptionRules([{ resources: ["secrets"], providers: [own] }], resourceOf);
  const problems: string[] = [];
  const reader = new EncryptedStore(inner, { rules, onProblem: (error) => problems.push((error as Error).message) });
  const seen: number[] = [];
  const failed = Promise.withResolvers<unknown>();
  reader.watch(
    "/registry/",
    inner.revision,
    (_, revision) => {
      seen.push(revision);
      if (seen.length === 1) throw new Error("clumsy");
    },
    failed.resolve,
  );
  const revisions = [await write(writer.store, "one"), await write(writer.store, "two")];
  while (seen.length < 2) await new Promise(setImmediate);
  assert.deepEqual([seen, problems], [revisions, ["clumsy"]]);
  await inner.write({ key: secret.replace("one", "bad"), expected: 0, value: Buffer.from("k8s:enc:kms:v2:other:x") });
  assert.match(String(await failed.promise), /no matching prefix found/);
  await write(writer.store, "three");
  assert.equal(seen.length, 2);
  own.close();
  await writer.store.close();
});

test("a new key of the plug-in writes from then on; the old values are read, and due for a rewrite", async () => {
  const { store, own } = open();
  await own.poll();
  await write(store, "one");
  plugin.keyId = "key-2";
  await own.poll();
  assert.equal(store.mustRewrite(secret), true);
  await write(store, "two");
  assert.equal(store.mustRewrite(secret.replace("one", "two")), false);
  assert.equal(Buffer.from((await store.get(secret))!.value).toString(), "value of one");
  await store.close();
});

test("a plug-in that is gone is said to be, and what needs it fails with a reason", async () => {
  const gone = new KmsProvider({ name: "gone", endpoint: `unix://${join(folder, "nobody.sock")}`, timeoutMs: 200 });
  const { store } = open(openMemoryStore(), gone);
  await gone.poll();
  assert.match(gone.problem!, /does not answer/);
  await assert.rejects(write(store, "one"), /UNAVAILABLE|DEADLINE/);
  await store.close();
  plugin.healthz = "tired";
  const ill = provider();
  await ill.poll();
  assert.match(ill.problem!, /tired/);
  ill.close();
  plugin.healthz = "ok";
});

test("a plug-in that is in force no more answers what was asked before", async () => {
  const { store, inner, own } = open();
  const before = write(store, "before");
  store.replaceRules(new EncryptionRules([], resourceOf));
  own.retire();
  await before;
  const { store: reader } = open(inner);
  const key = secret.replace("one", "before");
  assert.equal(Buffer.from((await reader.get(key))!.value).toString(), "value of before");
  await reader.close();
});
