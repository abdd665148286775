import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startWebhook, type WebhookHandler, type WebhookServer } from "../../client/webhook/testing/webhook-server.ts";
import { RbacAuthorizer } from "../authorizers/rbac.ts";
import { RbacIndex } from "../authorizers/rbac-index.ts";
import { UnionAuthorizer } from "../authorizers/union.ts";
import type { WebhookConfiguration } from "../configuration/authorization-configuration.ts";
import { configuredAuthorization } from "../configuration/configured-authorization.ts";
import type { AuthorizationAttributes } from "../contract.ts";
import { TokenError } from "../tokens/token-authenticator.ts";
import { durationMs, ReviewWebhook } from "./review-webhook.ts";
import { TokenWebhook } from "./token-webhook.ts";
import { WebhookAuthorizer } from "./webhook-authorizer.ts";

const folder = mkdtempSync(join(tmpdir(), "kubets-webhook-"));
const kubeconfig = join(folder, "webhook.kubeconfig");
let server: WebhookServer;
let handler: WebhookHandler = () => ({ body: {} });
let asked: unknown[] = [];
let now = Date.parse("2026-01-01T00:00:00Z");

before(async () => {
  server = await startWebhook((request) => {
    asked.push(request.body);
    return handler(request);
  });
  const cluster = { server: `${server.url}/review`, "certificate-authority-data": server.caBundle };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "hook", cluster }],
    users: [{ name: "hook", user: { token: "secret" } }],
    contexts: [{ name: "hook", context: { cluster: "hook", user: "hook" } }],
    "current-context": "hook",
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
});
after(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

function answer(status: object, code = 200): void {
  asked = [];
  handler = ({ path, headers }) => {
    assert.deepEqual([path, headers.authorization], ["/review", "Bearer secret"]);
    return { status: code, body: { status } };
  };
}

const pods: AuthorizationAttributes = {
  user: { name: "jane", groups: ["devs"], uid: "7", extra: { "acme.io/team": ["red"] } },
  verb: "list",
  resource: {
    group: "",
    version: "v1",
    resource: "pods",
    namespace: "shop",
    labelSelector: "a in (b,c),!d",
    fieldSelector: "spec.nodeName=n1",
  },
};

function authorizer(more: Partial<WebhookConfiguration> = {}): Promise<WebhookAuthorizer> {
  const configuration: WebhookConfiguration = {
    timeout: "3s",
    subjectAccessReviewVersion: "v1",
    matchConditionSubjectAccessReviewVersion: "v1",
    failurePolicy: "NoOpinion",
    connectionInfo: { type: "KubeConfigFile", kubeConfigFile: kubeconfig },
    ...more,
  };
  return WebhookAuthorizer.create(configuration, "authorizers[0].webhook", { now: () => now, retryMs: 1 });
}

test("a webhook is asked in the words of a SubjectAccessReview", async () => {
  answer({ allowed: true, reason: "because" });
  assert.deepEqual(await (await authorizer()).authorize(pods), { decision: "allow", reason: "because" });
  assert.deepEqual(asked, [
    {
      kind: "SubjectAccessReview",
      apiVersion: "authorization.k8s.io/v1",
      metadata: {},
      spec: {
        user: "jane",
        groups: ["devs"],
        uid: "7",
        extra: { "acme.io/team": ["red"] },
        resourceAttributes: {
          verb: "list",
          version: "v1",
          resource: "pods",
          namespace: "shop",
          fieldSelector: { requirements: [{ key: "spec.nodeName", operator: "In", values: ["n1"] }] },
          labelSelector: {
            requirements: [
              { key: "a", operator: "In", values: ["b", "c"] },
              { key: "d", operator: "DoesNotExist" },
            ],
          },
        },
      },
    },
  ]);
  answer({ allowed: false, denied: true });
  const paths = { user: pods.user, verb: "get", path: "/metrics" };
  assert.deepEqual(await (await authorizer()).authorize(paths), { decision: "deny" });
});

test("answers stand for their time, and requests that come together share a call", async () => {
  const one = await authorizer({ authorizedTTL: "1m0s", unauthorizedTTL: "10s" });
  answer({ allowed: true });
  await Promise.all([one.authorize(pods), one.authorize(pods)]);
  now += 59_000;
  await one.authorize(pods);
  assert.equal(asked.length, 1);
  now += 2_000;
  answer({ allowed: false });
  assert.deepEqual(await one.authorize(pods), { decision: "no-opinion" });
  now += 11_000;
  await one.authorize(pods);
  assert.equal(asked.length, 2);
  const forgetful = await authorizer({ cacheAuthorizedRequests: false });
  answer({ allowed: true });
  for (let times = 0; times < 2; times++) await forgetful.authorize(pods);
  assert.equal(asked.length, 2);
});

test("a webhook is asked where all its conditions hold", async () => {
  answer({ allowed: true });
  const only = (...expressions: string[]) =>
    authorizer({ failurePolicy: "Deny", matchConditions: expressions.map((expression) => ({ expression })) });
  assert.equal(
    (await (await only("request.user == 'jane'", "has(request.resourceAttributes)")).authorize(pods)).decision,
    "allow",
  );
  assert.deepEqual(await (await only("request.user == 'joe'")).authorize(pods), { decision: "no-opinion" });
  assert.deepEqual(await (await only("request.nowhere == 'x'", "request.user == 'joe'")).authorize(pods), {
    decision: "no-opinion",
  });
  const broken = await (await only("request.nowhere == 'x'")).authorize(pods);
  assert.equal(broken.decision, "deny");
  assert.match(broken.error ?? "", /no such key: nowhere/);
  await assert.rejects(only("request."), /authorizers\[0\]\.webhook\.matchConditions\[0\]\.expression: /);
});

test("a webhook that fails is asked again, and then counts as its policy says", async () => {
  answer({}, 503);
  const quiet = await authorizer();
  const failed = await quiet.authorize(pods);
  assert.equal(failed.decision, "no-opinion");
  assert.match(failed.error ?? "", /currently unable to handle the request/);
  assert.equal(asked.length, 5);
  assert.equal((await (await authorizer({ failurePolicy: "Deny" })).authorize(pods)).decision, "deny");
  const union = new UnionAuthorizer([quiet, new RbacAuthorizer(new RbacIndex())]);
  assert.deepEqual(await union.authorize(pods), { decision: "no-opinion", error: failed.error });
  answer({ allowed: true });
  assert.equal((await quiet.authorize(pods)).decision, "allow");
});

test("a file says who is asked, in which order", async () => {
  const file = join(folder, "authorization.yaml");
  const write = (authorizers: object[]) => {
    const content = { apiVersion: "apiserver.config.k8s.io/v1", kind: "AuthorizationConfiguration", authorizers };
    writeFileSync(file, JSON.stringify(content));
  };
  const rbac = { authorize: () => ({ decision: "no-opinion", reason: "rbac" }) as const };
  const node = { authorize: () => ({ decision: "no-opinion", reason: "node" }) as const };
  write([
    { type: "RBAC", name: "rbac" },
    { type: "Node", name: "node" },
  ]);
  assert.deepEqual((await configuredAuthorization(file)).authorizers({ node, rbac }), [rbac, node]);
  const refused: [object[], RegExp][] = [
    [[], /at least one authorization mode/],
    [[{ type: "ABAC", name: "a" }], /authorizers\[0\]\.type: Unsupported value/],
    [[{ type: "Webhook", name: "a" }], /authorizers\[0\]\.webhook: required when type=Webhook/],
    [[{ type: "Webhook", name: "a", webhook: { timeout: "1m" } }], /webhook\.timeout: must be > 0s and <= 30s/],
    [
      [
        { type: "RBAC", name: "a" },
        { type: "RBAC", name: "b" },
      ],
      /authorizers\[1\]\.type: Duplicate value/,
    ],
  ];
  for (const [rows, message] of refused) {
    write(rows);
    await assert.rejects(configuredAuthorization(file), { name: "ConfigurationError", message });
  }
});

test("a webhook knows tokens, for the audiences that it says", async () => {
  const tokens = new TokenWebhook({ kubeconfig, retryMs: 1 }, () => now);
  const user = { username: "jane", groups: ["devs"] };
  answer({ authenticated: true, user, audiences: ["a"] });
  const expected = { user: { name: "jane", groups: ["devs"] }, audiences: ["a"] };
  for (let times = 0; times < 2; times++) assert.deepEqual(await tokens.authenticateToken("t", ["a", "b"]), expected);
  assert.equal(asked.length, 1);
  assert.deepEqual((asked[0] as { spec: object }).spec, { token: "t", audiences: ["a", "b"] });
  assert.equal(await tokens.authenticateToken("t", ["b"]), undefined);
  answer({ authenticated: false, error: "never heard of" });
  await assert.rejects(tokens.authenticateToken("u", ["a"]), { name: "TokenError", message: "never heard of" });
  answer({ authenticated: false });
  assert.equal(await tokens.authenticateToken("v", ["a"]), undefined);
  answer({}, 500);
  await assert.rejects(tokens.authenticateToken("w", ["a"]), TokenError);
});

test("durations are read as they are written in such files", () => {
  assert.deepEqual(
    ["3s", "2m30s", "500ms", "1h", ""].map((text) => durationMs(text, "at")),
    [3000, 150_000, 500, 3_600_000, undefined],
  );
  assert.throws(() => durationMs("3 s", "at"), /at: "3 s" is no duration/);
});

test("a webhook's token and certificates are read again each minute; where they cannot be, the old ones serve", async () => {
  const tokenFile = join(folder, "token");
  const renewed = join(folder, "renewed.kubeconfig");
  const config = JSON.parse(readFileSync(kubeconfig, "utf8"));
  writeFileSync(renewed, JSON.stringify({ ...config, users: [{ name: "hook", user: { tokenFile } }] }));
  writeFileSync(tokenFile, "first\n");
  const webhook = new ReviewWebhook({ kubeconfig: renewed, timeoutMs: 5_000, now: () => now });
  const shown: unknown[] = [];
  handler = ({ headers }) => {
    shown.push(headers.authorization);
    return { body: {} };
  };
  await webhook.ask({});
  writeFileSync(tokenFile, "second");
  await webhook.ask({});
  now += 60_000;
  await webhook.ask({});
  rmSync(tokenFile);
  now += 60_000;
  await webhook.ask({});
  assert.deepEqual(shown, ["Bearer first", "Bearer first", "Bearer second", "Bearer second"]);
});
