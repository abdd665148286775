import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { type corev1, isUnauthorized } from "../../api/mod.ts";
import { BearerTokenAuthenticator } from "../authenticators/bearer-token.ts";
import { UnionAuthenticator } from "../authenticators/union.ts";
import { ServiceAccountKeys } from "./service-account-keys.ts";
import { type BoundObject, ServiceAccountTokens } from "./service-account-tokens.ts";
import { StaticTokens } from "./static-tokens.ts";
import { TokenChain } from "./token-chain.ts";
import { answerTokenRequest } from "./token-request.ts";
import { reviewToken } from "./token-review.ts";

const issuer = "https://kubernetes.default.svc";
const start = Date.parse("2026-01-01T00:00:00Z");

function newKey(): string {
  return generateKeyPairSync("ec", { namedCurve: "P-256" })
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString();
}

const account = {
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: { name: "default", namespace: "shop", uid: "account-uid" },
} as corev1.ServiceAccount;

const pod = {
  metadata: { name: "web", namespace: "shop", uid: "pod-uid" },
  spec: { containers: [], serviceAccountName: "default", nodeName: "one" },
} as unknown as corev1.Pod;

/** A cluster of one account, one pod and one node, whose clock and objects a test may change. */
function scene() {
  const objects = new Map<string, BoundObject>([
    ["ServiceAccount/shop/default", { uid: "account-uid" }],
    ["Pod/shop/web", { uid: "pod-uid" }],
    ["Secret/shop/key", { uid: "secret-uid" }],
    ["Node//one", { uid: "node-uid" }],
  ]);
  const clock = { now: start };
  const now = () => clock.now;
  const key = newKey();
  const keys = new ServiceAccountKeys(key);
  const tokens = new ServiceAccountTokens({
    keys,
    issuers: [issuer],
    lookup: async (kind, namespace, name) => objects.get(`${kind}/${namespace}/${name}`),
    now,
  });
  const chain = new TokenChain({
    authenticators: [new StaticTokens([["letmein", { name: "admin", groups: ["system:masters"] }]]), tokens],
    audiences: [issuer],
    now,
  });
  const context = {
    account,
    audiences: [issuer],
    tokens,
    findPod: async (_namespace: string, name: string) => (name === "web" ? pod : undefined),
    findSecret: async (_namespace: string, name: string) =>
      ({ metadata: { name, uid: "secret-uid" } }) as unknown as corev1.Secret,
    findNode: async (name: string) =>
      name === "one" ? ({ metadata: { name, uid: "node-uid" } } as unknown as corev1.Node) : undefined,
  };
  return { objects, clock, key, keys, tokens, chain, context };
}

async function tokenOf(context: ReturnType<typeof scene>["context"], spec = {}): Promise<string> {
  return (await answerTokenRequest(context, { spec })).status!.token!;
}

function payloadOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString());
}

const podReference = { kind: "Pod", apiVersion: "v1", name: "web" };

test("a token names its account and serves this API server for an hour", async () => {
  const { context, chain, clock } = scene();
  const answer = await answerTokenRequest(context, {});
  assert.equal(answer.status?.expirationTimestamp, "2026-01-01T01:00:00Z");
  assert.deepEqual(answer.spec, { audiences: [issuer], expirationSeconds: 3600 });
  const { user } = (await chain.authenticateToken(answer.status!.token!))!;
  assert.equal(user.name, "system:serviceaccount:shop:default");
  assert.deepEqual(user.groups, ["system:serviceaccounts", "system:serviceaccounts:shop"]);
  assert.match(user.extra!["authentication.kubernetes.io/credential-id"]![0]!, /^JTI=[0-9a-f-]{36}$/);
  clock.now += 3_700_000;
  await assert.rejects(chain.authenticateToken(answer.status!.token!), /has expired/);
});

test("a pod's token carries pod and node, and ends with the pod", async () => {
  const { context, chain, objects, clock } = scene();
  const token = await tokenOf(context, { boundObjectRef: podReference });
  const { user } = (await chain.authenticateToken(token))!;
  const { "authentication.kubernetes.io/credential-id": _id, ...extra } = user.extra!;
  assert.deepEqual(extra, {
    "authentication.kubernetes.io/node-name": ["one"],
    "authentication.kubernetes.io/node-uid": ["node-uid"],
    "authentication.kubernetes.io/pod-name": ["web"],
    "authentication.kubernetes.io/pod-uid": ["pod-uid"],
  });
  objects.set("Pod/shop/web", { uid: "another-uid" });
  clock.now += 10_001;
  await assert.rejects(chain.authenticateToken(token), /has been invalidated/);
});

for (const kind of ["Pod", "Secret", "Node"] as const) {
  test(`a token bound to a ${kind} ends when another has its name, and with its account`, async () => {
    const [bound, account] = [
      { Pod: "Pod/shop/web", Secret: "Secret/shop/key", Node: "Node//one" }[kind],
      "ServiceAccount/shop/default",
    ];
    for (const replaced of [bound, account]) {
      const { context, tokens, objects } = scene();
      const name = bound.split("/").at(-1);
      const token = await tokenOf(context, { boundObjectRef: { apiVersion: "v1", kind, name } });
      assert.ok(await tokens.authenticateToken(token, [issuer]));
      objects.set(replaced, { uid: "another-uid" });
      await assert.rejects(tokens.authenticateToken(token, [issuer]), /has been invalidated/);
      objects.delete(replaced);
      await assert.rejects(tokens.authenticateToken(token, [issuer]), /has been invalidated/);
    }
  });
}

test("a pod's token for 3607 seconds lives a year and remembers when to warn", async () => {
  const { context } = scene();
  const answer = await answerTokenRequest(context, { spec: { boundObjectRef: podReference, expirationSeconds: 3607 } });
  const payload = payloadOf(answer.status!.token!);
  assert.equal(answer.status!.expirationTimestamp, "2026-01-01T01:00:07Z");
  assert.equal(payload["exp"], start / 1000 + 365 * 24 * 3600);
  assert.equal((payload["kubernetes.io"] as { warnafter: number }).warnafter, start / 1000 + 3607);
});

test("an account that is deleted and made again does not revive its tokens", async () => {
  const { context, chain, objects, clock } = scene();
  const token = await tokenOf(context);
  await chain.authenticateToken(token);
  objects.set("ServiceAccount/shop/default", { uid: "account-uid", deletionTimestamp: new Date(start).toISOString() });
  clock.now += 61_001;
  await assert.rejects(chain.authenticateToken(token), /has been invalidated/);
});

test("a token made by another key is refused, and a former key is still honoured", async () => {
  const one = scene();
  const token = await tokenOf(one.context);
  const other = scene();
  assert.deepEqual(await reviewToken(other.chain, { token }), {
    user: {},
    error: "[invalid bearer token, go-jose/go-jose: error in cryptographic primitive]",
  });
  const rotated = new ServiceAccountTokens({
    keys: new ServiceAccountKeys(newKey(), [one.key]),
    issuers: [issuer],
    lookup: async () => ({ uid: "account-uid" }),
    now: () => start,
  });
  assert.ok(await rotated.authenticateToken(token, [issuer]));
});

test("a request for a token is refused in upstream's words", async () => {
  const { context } = scene();
  const message = (spec: object) =>
    answerTokenRequest(context, { spec }).then(
      () => "accepted",
      (error: Error) => error.message,
    );
  assert.equal(
    await message({ expirationSeconds: 10 }),
    'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 10: may not specify a duration less than 10 minutes',
  );
  assert.equal(
    await message({ boundObjectRef: { kind: "ConfigMap", apiVersion: "v1", name: "x" } }),
    "cannot bind token to object of type /v1, Kind=ConfigMap",
  );
  assert.equal(await message({ boundObjectRef: { ...podReference, name: "nope" } }), 'pods "nope" not found');
  assert.equal(
    await message({ boundObjectRef: { ...podReference, uid: "zz" } }),
    'Operation cannot be fulfilled on Pod "web": the UID in the bound object reference (zz) does not match the UID in record. The object might have been deleted and then recreated',
  );
});

test("a review answers the audiences that asker and token share", async () => {
  const { context, chain } = scene();
  const token = await tokenOf(context, { audiences: ["vault", "other"] });
  const review = await reviewToken(chain, { token, audiences: ["vault", "third"] });
  assert.equal(review.authenticated, true);
  assert.deepEqual(review.audiences, ["vault"]);
  assert.deepEqual(review.user?.groups?.at(-1), "system:authenticated");
  assert.deepEqual(await reviewToken(chain, { token }), {
    user: {},
    error: `[invalid bearer token, token audiences ["vault" "other"] is invalid for the target audiences ["${issuer}"]]`,
  });
  assert.deepEqual(await reviewToken(chain, { token: "nobody's" }), { user: {}, error: "invalid bearer token" });
});

test("a token for a former audience of this API server still counts, new ones are not made for it", async () => {
  const { context, tokens } = scene();
  const chain = new TokenChain({
    authenticators: [tokens],
    audiences: [issuer],
    former: { audiences: ["before"], authenticator: tokens },
  });
  const token = await tokenOf(context, { audiences: ["before"] });
  assert.deepEqual((await reviewToken(chain, { token })).audiences, ["before"]);
  const foreign = await tokenOf(context, { audiences: ["vault"] });
  assert.match((await reviewToken(chain, { token: foreign })).error ?? "", /target audiences \["[^"]+"\]\]$/);
  assert.deepEqual(chain.audiences, [issuer]);
});

test("static tokens serve this API server alone", async () => {
  const { chain } = scene();
  assert.deepEqual((await reviewToken(chain, { token: "letmein" })).audiences, [issuer]);
  assert.equal((await reviewToken(chain, { token: "letmein", audiences: ["x"] })).error, "invalid bearer token");
});

test("who shows no credential is anonymous, who shows a bad one is refused", async () => {
  const { chain } = scene();
  const union = new UnionAuthenticator([new BearerTokenAuthenticator(chain)], { anonymous: { enabled: true } });
  assert.deepEqual(await union.authenticate({ rawHeaders: [], headers: {} }), {
    name: "system:anonymous",
    groups: ["system:unauthenticated"],
  });
  assert.deepEqual(
    (await union.authenticate({ rawHeaders: [], headers: { authorization: "bearer letmein" } })).groups,
    ["system:masters", "system:authenticated"],
  );
  await assert.rejects(
    async () => union.authenticate({ rawHeaders: [], headers: { authorization: "Bearer nope" } }),
    isUnauthorized,
  );
  await assert.rejects(
    async () => union.authenticate({ rawHeaders: [], headers: {}, refusedCertificate: true }),
    isUnauthorized,
  );
});

test("a token that was looked into is known without waiting, until the answer is old or the token expires", async () => {
  const { chain, clock, context } = scene();
  const token = await tokenOf(context, { expirationSeconds: 600 });
  assert.equal(chain.known(token), undefined);
  await chain.authenticateToken(token);
  assert.equal(chain.known(token)?.user.name, "system:serviceaccount:shop:default");
  assert.equal(chain.known("nobody's"), undefined);
  clock.now += 11_000;
  assert.equal(chain.known(token), undefined);
  clock.now += 585_000;
  await chain.authenticateToken(token);
  clock.now += 5_000;
  assert.equal(chain.known(token), undefined);
});

test("a browser sends its token as a WebSocket subprotocol, beside the one it wants to speak", async () => {
  const { chain } = scene();
  const bearer = new BearerTokenAuthenticator(chain);
  const protocol = `base64url.bearer.authorization.k8s.io.${Buffer.from("letmein").toString("base64url")}`;
  const speaking = { headers: {}, rawHeaders: [], webSocketProtocols: [protocol, "v4.channel.k8s.io"] };
  assert.equal((await bearer.authenticate(speaking))?.name, "admin");
  await assert.rejects(
    async () => bearer.authenticate({ rawHeaders: [], headers: {}, webSocketProtocols: [protocol] }),
    isUnauthorized,
  );
});

test("the public documents name the key that verifies", () => {
  const { keys } = scene();
  const [key] = keys.jsonWebKeySet().keys;
  assert.equal(key!["kid"], keys.keyId);
  assert.deepEqual([key!["use"], key!["kty"], key!["alg"], key!["crv"]], ["sig", "EC", "ES256", "P-256"]);
  assert.equal("d" in key!, false);
  assert.deepEqual(keys.openIdConfiguration(issuer, "https://10.0.0.1/openid/v1/jwks"), {
    issuer,
    jwks_uri: "https://10.0.0.1/openid/v1/jwks",
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["ES256"],
  });
});

test("tokens are counted by whether they were at hand, and by whether they should have been renewed", async () => {
  const { tokens, chain, clock } = scene();
  const { token } = await tokens.issue({
    namespace: "shop",
    serviceAccount: { name: "default", uid: "account-uid" },
    audiences: [issuer],
    lifetimeSeconds: 3600,
    warnAfterSeconds: 600,
  });
  await chain.authenticateToken(token);
  await chain.authenticateToken(token);
  clock.now += 700_000;
  await chain.authenticateToken(token);
  await assert.rejects(chain.authenticateToken(`${token}x`));
  assert.deepEqual(tokens.counts, { valid: 1, stale: 1 });
  assert.deepEqual(chain.counts, { known: 1, fetched: 2, failed: 1 });
});
