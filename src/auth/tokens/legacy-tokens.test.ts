import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import type { corev1 } from "../../api/mod.ts";
import { LegacyTokens } from "./legacy-tokens.ts";
import { ServiceAccountKeys } from "./service-account-keys.ts";

const pem = () =>
  generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const key = pem();

/** One account, and a Secret that holds its token unless something else is told. */
async function scene(change: { readonly held?: string; readonly uid?: string; readonly metadata?: object } = {}) {
  const used: string[] = [];
  let secret: corev1.Secret | undefined;
  const tokens = new LegacyTokens({
    keys: new ServiceAccountKeys(key),
    findSecret: async (namespace, name) => (namespace === "shop" && name === "robot-token" ? secret : undefined),
    lookup: async () => ({ uid: change.uid ?? "7" }),
    used: ({ metadata }) => used.push(metadata.name),
  });
  const serviceAccount = { name: "robot", uid: "7" };
  const token = await tokens.issue({ namespace: "shop", secretName: "robot-token", serviceAccount });
  const data = { token: Buffer.from(change.held ?? token).toString("base64") };
  secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "robot-token", namespace: "shop", ...change.metadata },
    data,
  } as unknown as corev1.Secret;
  return { tokens, token, used };
}

test("a token in a Secret is its account's, and its use is noted", async () => {
  const { tokens, token, used } = await scene();
  assert.deepEqual(await tokens.authenticateToken(token), {
    user: {
      name: "system:serviceaccount:shop:robot",
      uid: "7",
      groups: ["system:serviceaccounts", "system:serviceaccounts:shop"],
    },
  });
  assert.deepEqual(used, ["robot-token"]);
});

test("it ends with its Secret, with what the Secret holds, and with the account", async () => {
  const deleted = { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } };
  for (const change of [{ held: "another" }, { uid: "8" }, deleted]) {
    const { tokens, token } = await scene(change);
    await assert.rejects(tokens.authenticateToken(token), /service account token has been invalidated/);
  }
});

test("a token that is marked as unused for long is refused until the mark is taken away", async () => {
  const labels = { "kubernetes.io/legacy-token-invalid-since": "2026-01-01" };
  const { tokens, token, used } = await scene({ metadata: { labels } });
  await assert.rejects(tokens.authenticateToken(token), /secret shop\/robot-token has been marked invalid/);
  assert.deepEqual(used, []);
});

test("tokens of another key are refused, other tokens are not its business", async () => {
  const { tokens } = await scene();
  const forger = new LegacyTokens({
    keys: new ServiceAccountKeys(pem()),
    findSecret: async () => undefined,
    lookup: async () => undefined,
  });
  const serviceAccount = { name: "robot", uid: "7" };
  const forged = await forger.issue({ namespace: "shop", secretName: "robot-token", serviceAccount });
  await assert.rejects(tokens.authenticateToken(forged), /cryptographic primitive/);
  assert.equal(await tokens.authenticateToken("no token"), undefined);
});
