import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { UnionAuthenticator } from "../authenticators/union.ts";
import { readAuthenticationConfiguration } from "./authentication-configuration.ts";
import { configuredAuthentication } from "./configured-authentication.ts";

const folder = mkdtempSync(join(tmpdir(), "kubets-auth-"));
const file = join(folder, "authentication.yaml");
after(() => rmSync(folder, { recursive: true }));

const head = "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n";
const jwt = (more: string, mapping = "username: {claim: sub, prefix: ''}") =>
  `jwt:\n- issuer: {url: 'https://issuer.example', audiences: [a]}\n  claimMappings: {${mapping}}\n${more}`;

function extra(...keys: string[]): string {
  const entries = keys.map((key) => `{key: ${key}, valueExpression: claims.a}`);
  return head + jwt("", `username: {claim: sub, prefix: ''}, extra: [${entries.join(", ")}]`);
}

function read(text: string) {
  writeFileSync(file, text);
  return readAuthenticationConfiguration(file);
}

test("a file of issuers is read", () => {
  assert.equal(read(head + jwt("")).jwt?.[0]?.issuer.url, "https://issuer.example");
  assert.deepEqual(read(head), {});
});

test("what would be believed by mistake is refused with its place", () => {
  const refused: [string, RegExp][] = [
    [`${head}jwt: 5`, /^jwt: must be a list/],
    [head + jwt("  userValidationRule: []"), /^jwt\[0\]\.userValidationRule: unknown field/],
    [head + jwt("", "username: {claim: sub}"), /^jwt\[0\]\.claimMappings\.username\.prefix: prefix is required/],
    [head + jwt("", "username: {expression: claims.email}"), /claims\.email_verified must be used/],
    [head + jwt("", "groups: {claim: a, prefix: ''}"), /username: claim or expression is required/],
    [extra("authentication.kubernetes.io/node-name"), /^jwt\[0\]\.claimMappings\.extra\[0\]\.key: .* are reserved for/],
    [extra("k8s.io/a"), /are reserved for/],
    [extra("acme.io/a", "acme.io/a"), /extra\[1\]\.key: Duplicate value: "acme\.io\/a"/],
    [`${head}jwt:\n- issuer: {url: 'http://a', audiences: [a]}\n  claimMappings: {}`, /URL scheme must be https/],
    [`${head}anonymous: {enabled: false, conditions: [{path: /a}]}`, /enabled should be set to true/],
    ["apiVersion: v1\nkind: AuthenticationConfiguration", /expected AuthenticationConfiguration of/],
  ];
  for (const [text, message] of refused) assert.throws(() => read(text), { name: "ConfigurationError", message });
});

test("nobody else may issue in the name of the service accounts", async () => {
  writeFileSync(file, head + jwt(""));
  await assert.rejects(configuredAuthentication(file, ["https://issuer.example"]), /must not overlap/);
  assert.equal((await configuredAuthentication(file, [])).tokens.length, 1);
});

test("who may be anonymous is said from outside where the file does not", async () => {
  const of = async (text: string, ...unsaid: { enabled: boolean }[]) => {
    writeFileSync(file, head + text);
    return (await configuredAuthentication(file, [], ...unsaid)).anonymous;
  };
  assert.deepEqual(await of(""), { enabled: true });
  assert.deepEqual(await of("", { enabled: false }), { enabled: false });
  assert.deepEqual(await of("anonymous: {enabled: true}", { enabled: false }), { enabled: true });
});

test("requests may be anonymous where the file says so, and nowhere else", async () => {
  const anonymous = { enabled: true, conditions: [{ path: "/livez" }] };
  const union = new UnionAuthenticator([], { anonymous });
  const from = { headers: {}, rawHeaders: [] };
  assert.equal((await union.authenticate({ ...from, path: "/livez" })).name, "system:anonymous");
  for (const path of ["/livez/ping", "/api", "/"])
    await assert.rejects(async () => union.authenticate({ ...from, path }), { message: "Unauthorized" });
});
