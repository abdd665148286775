import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { storeContract } from "../contract.suite.ts";
import type { Store, StoreEvent } from "../contract.ts";
import { openLmdbStore, openMemoryStore } from "../engines.ts";
import { StoreError } from "../errors.ts";
import { modelTests } from "../model.suite.ts";
import { parseEncryption } from "./configuration.ts";
import { EncryptedStore, sealingBytes } from "./encrypted-store.ts";
import { openEncrypted } from "./open-encrypted.ts";
import { EncryptionRules } from "./rules.ts";

const everything = () => ({ group: "", resource: "secrets" });
const resourceOf = (key: string) => {
  const [, , group = "", resource = ""] = key.split("/");
  return { group: group === "core" ? "" : group, resource };
};

const key = (name: string, letter: string) => ({ name, secret: Buffer.alloc(32, letter).toString("base64") });
const config = (resources: readonly string[], ...providers: readonly object[]) =>
  JSON.stringify({
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "EncryptionConfiguration",
    resources: [{ resources, providers }],
  });
const gcm = (...keys: readonly object[]) => ({ aesgcm: { keys } });
const cbc = (...keys: readonly object[]) => ({ aescbc: { keys } });
const identity = { identity: {} };

const encrypted = (inner: Store, text: string, of: typeof resourceOf = resourceOf) =>
  new EncryptedStore(inner, {
    rules: new EncryptionRules(parseEncryption(text), of),
    onProblem: (error) => {
      throw error;
    },
  });

storeContract("encrypted", () =>
  encrypted(openMemoryStore({ sealingBytes }), config(["secrets"], gcm(key("a", "a"))), everything),
);
modelTests("encrypted", () =>
  encrypted(openMemoryStore({ sealingBytes }), config(["secrets"], cbc(key("a", "a"))), everything),
);

const secret = "/registry/core/secrets/default/one";
const other = "/registry/core/configmaps/default/one";
const text = async (store: Store, at = secret) => Buffer.from((await store.get(at))?.value ?? "").toString();
const put = (store: Store, value: string, expected = 0, at = secret) =>
  store.write({ key: at, expected, value: Buffer.from(value) });

test("what lies on the disk shows nothing of an encrypted object, and everything of another", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kubets-encryption-"));
  try {
    const inner = openLmdbStore({ folder });
    const store = encrypted(inner, config(["secrets"], gcm(key("a", "a")), identity));
    await put(store, "attack at dawn");
    await put(store, "have breakfast first", 0, other);
    assert.equal(await text(store), "attack at dawn");
    assert.match(await text(inner), /^k8s:enc:aesgcm:v1:a:/);
    await store.close();
    const files = readdirSync(folder).map((file) => readFileSync(join(folder, file), "latin1"));
    assert.ok(files.some((bytes) => bytes.includes("have breakfast first")));
    assert.ok(!files.some((bytes) => bytes.includes("attack at dawn")));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the first key writes, all of them read, and an object with an old key is due for a rewrite", async () => {
  const inner = openMemoryStore();
  const first = await put(encrypted(inner, config(["secrets"], gcm(key("old", "o")))), "value");
  const store = encrypted(inner, config(["secrets"], gcm(key("new", "n"), key("old", "o")), identity));
  assert.equal(await text(store), "value");
  assert.equal(store.mustRewrite(secret), true);
  await put(store, "value", first);
  assert.equal(store.mustRewrite(secret), false);
  assert.match(await text(inner), /^k8s:enc:aesgcm:v1:new:/);
  const onlyNew = encrypted(inner, config(["secrets"], gcm(key("new", "n"))));
  assert.equal(await text(onlyNew), "value");
});

test("what was stored before encryption is read through identity, and is due for a rewrite", async () => {
  const inner = openMemoryStore();
  await put(inner, "plain");
  const store = encrypted(inner, config(["secrets"], cbc(key("a", "a")), identity));
  assert.equal(await text(store), "plain");
  assert.equal(store.mustRewrite(secret), true);
  await assert.rejects(encrypted(inner, config(["secrets"], cbc(key("a", "a")))).get(secret), isUnreadable);
});

test("a value without its key, with a wrong key, changed or moved to another place is refused, never served", async () => {
  const inner = openMemoryStore();
  const first = await put(encrypted(inner, config(["secrets"], gcm(key("a", "a")))), "value");
  const read = (name: string, letter: string) =>
    encrypted(inner, config(["secrets"], gcm(key(name, letter)))).get(secret);
  await assert.rejects(read("b", "a"), isUnreadable);
  await assert.rejects(read("a", "b"), isUnreadable);
  const stored = (await inner.get(secret))!.value;
  const moved = secret.replace("one", "two");
  await inner.write({ key: moved, expected: 0, value: stored });
  const store = encrypted(inner, config(["secrets"], gcm(key("a", "a"))));
  await assert.rejects(store.get(moved), isUnreadable);
  const changed = Buffer.from(stored);
  changed[changed.length - 20]! ^= 1;
  await inner.write({ key: secret, expected: first, value: changed });
  await assert.rejects(store.get(secret), isUnreadable);
});

test("the bytes that were written come back in the change, without being opened", async () => {
  const store = encrypted(openMemoryStore(), config(["secrets"], gcm(key("a", "a"))));
  const seen: StoreEvent[] = [];
  const watch = store.watch("/registry/", store.revision, (events) => seen.push(...events));
  const value = Buffer.from("mine");
  const revision = await store.write({ key: secret, expected: 0, value });
  assert.equal(seen[0]?.value, value);
  await store.write({ key: secret, expected: revision, value: Buffer.from("next") });
  assert.equal(Buffer.from(seen[1]!.previous!.value).toString(), "mine");
  watch.close();
  await store.close();
});

test("resources are named one by one, by group, or all together; the first that fits counts", () => {
  const rules = new EncryptionRules(
    parseEncryption(
      JSON.stringify({
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "EncryptionConfiguration",
        resources: [
          { resources: ["secrets"], providers: [gcm(key("secrets", "a"))] },
          { resources: ["*.apps"], providers: [gcm(key("apps", "a"))] },
          { resources: ["*."], providers: [identity] },
        ],
      }),
    ),
    resourceOf,
  );
  const tag = (at: string) => rules.providersOf(at)?.[0]?.tag;
  assert.equal(tag(secret), "k8s:enc:aesgcm:v1:secrets");
  assert.equal(tag("/registry/apps/deployments/a/b"), "k8s:enc:aesgcm:v1:apps");
  assert.equal(tag(other), "");
  assert.equal(tag("/registry/batch/jobs/a/b"), undefined);
});

test("a configuration that makes no sense is refused with its place and without a secret", () => {
  const refused = (text: string, why: RegExp) =>
    assert.throws(
      () => parseEncryption(text),
      (error) => error instanceof StoreError && error.code === "bad-configuration" && why.test(error.message),
    );
  refused("{", /neither YAML nor JSON/);
  refused("kind: Pod", /must be an EncryptionConfiguration/);
  refused(config([], identity), /resources\[0\]\.resources: at least one resource/);
  refused(config(["secrets"]), /resources\[0\]\.providers: at least one provider/);
  refused(config(["secrets"], { ...gcm(key("a", "a")), ...identity }), /exactly one provider/);
  refused(config(["secrets"], gcm({ name: "a", secret: "c2hvcnQ=" })), /keys\[0\]\.secret: .* got 5, expected one of/);
  refused(config(["secrets"], gcm({ name: "a:b", secret: key("a", "a").secret })), /keys\[0\]\.name/);
  refused(config(["secrets"], { kms: { apiVersion: "v1", name: "a", endpoint: "unix:///a" } }), /only v2/);
});

test("another configuration is in force at once, and one that makes no sense changes nothing", async () => {
  const inner = openMemoryStore();
  const onProblem = (error: unknown) => assert.fail(String(error));
  const configuration = config(["secrets"], gcm(key("old", "o")));
  const store = openEncrypted(inner, { configuration, resourceOf, onProblem });
  await put(store, "value");
  store.replaceConfiguration(config(["secrets"], gcm(key("new", "n"), key("old", "o"))));
  assert.equal(await text(store), "value");
  const two = secret.replace("one", "two");
  await put(store, "two", 0, two);
  assert.match(await text(inner, two), /^k8s:enc:aesgcm:v1:new:/);
  assert.throws(() => store.replaceConfiguration("nonsense"), { code: "bad-configuration" });
  assert.equal(await text(store), "value");
});

function isUnreadable(error: unknown): boolean {
  return error instanceof StoreError && error.code === "unreadable" && !error.message.includes("value of");
}

test("secretbox takes keys of 32 bytes only, and moves to AES-GCM and back without losing a value", async () => {
  const box = (...keys: readonly object[]) => ({ secretbox: { keys } });
  const short = { name: "a", secret: Buffer.alloc(16).toString("base64") };
  assert.throws(() => parseEncryption(config(["secrets"], box(short))), /got 16, expected one of \[32\]/);
  const inner = openMemoryStore();
  const first = await put(encrypted(inner, config(["secrets"], box(key("a", "a")))), "value");
  assert.match(await text(inner), /^k8s:enc:secretbox:v1:a:/);
  const store = encrypted(inner, config(["secrets"], gcm(key("b", "b")), box(key("a", "a"))));
  assert.equal(await text(store), "value");
  assert.equal(store.mustRewrite(secret), true);
  await put(store, "value", first);
  assert.equal(store.mustRewrite(secret), false);
});
