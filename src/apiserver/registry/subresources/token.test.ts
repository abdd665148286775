/** Whose tokens are given: of the very account, for the very object, that the request names. What upstream's API server answers. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, test } from "node:test";
import { ServiceAccountKeys, ServiceAccountTokens, TokenChain } from "../../../auth/mod.ts";
import { type ServerUnderTest, startServer } from "../../testing/server-under-test.ts";

let server: ServerUnderTest;
const issuer = "https://kubernetes.default.svc";
const accounts = "/api/v1/namespaces/default/serviceaccounts";
/** By path. */
const uids = new Map<string, string>();

const objects = [
  { path: accounts, name: "builder", object: {} },
  { path: "/api/v1/namespaces/default/secrets", name: "key", object: {} },
  { path: "/api/v1/nodes", name: "one", object: {} },
  {
    path: "/api/v1/namespaces/default/pods",
    name: "web",
    object: { spec: { serviceAccountName: "builder", containers: [{ name: "main", image: "main" }] } },
  },
];

before(async () => {
  const signingKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const serviceAccountKeys = new ServiceAccountKeys(signingKey.export({ type: "pkcs8", format: "pem" }).toString());
  const serviceAccountTokens = new ServiceAccountTokens({
    keys: serviceAccountKeys,
    issuers: [issuer],
    lookup: async () => undefined,
  });
  const tokens = new TokenChain({ authenticators: [serviceAccountTokens], audiences: [issuer] });
  const rules = { rulesFor: () => ({ rules: [], incomplete: false }) };
  server = await startServer({ identity: { tokens, serviceAccountTokens, serviceAccountKeys, issuer, rules } });
  for (const { path, name, object } of objects) {
    const made = await server.ask("POST", path, { body: { metadata: { name }, ...object } });
    uids.set(`${path}/${name}`, made.body.metadata.uid);
  }
});
after(() => server.stop());

function request(body: object) {
  return server.ask("POST", `${accounts}/builder/token`, { body });
}

test("a token of an account that has been made anew since is refused", async () => {
  const uid = uids.get(`${accounts}/builder`);
  const { body } = await request({ metadata: { uid: "former" } });
  assert.deepEqual(
    [body.code, body.reason, body.details],
    [409, "Conflict", { name: "builder", group: "authentication.k8s.io", kind: "TokenRequest" }],
  );
  assert.equal(
    body.message,
    `Operation cannot be fulfilled on TokenRequest.authentication.k8s.io "builder": the UID in the token request (former) does not match the UID of the service account (${uid})`,
  );
});

test("a request may name the account's uid, and is answered with what else its metadata say", async () => {
  const metadata = { uid: uids.get(`${accounts}/builder`), labels: { for: "tests" } };
  const { status, body } = await request({ metadata });
  assert.equal(status, 201);
  assert.ok(body.status.token);
  const { creationTimestamp: _, managedFields: _fields, ...answered } = body.metadata;
  assert.deepEqual(answered, { ...metadata, name: "builder", namespace: "default" });
});

for (const { path, name } of objects.slice(1)) {
  const kind = { secrets: "Secret", nodes: "Node", pods: "Pod" }[path.split("/").at(-1)!];
  test(`a token is bound to a ${kind} by its uid, not to another of its name`, async () => {
    const boundTo = (uid: string | undefined) =>
      request({ spec: { boundObjectRef: { apiVersion: "v1", kind, name, uid } } });
    assert.equal((await boundTo(uids.get(`${path}/${name}`))).status, 201);
    const { body } = await boundTo("former");
    assert.equal(body.code, 409);
    assert.equal(
      body.message,
      `Operation cannot be fulfilled on ${kind} "${name}": the UID in the bound object reference (former) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  });
}
