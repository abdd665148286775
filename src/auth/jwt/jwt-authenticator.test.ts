import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { JwtConfiguration } from "../configuration/authentication-configuration.ts";
import { startTokenIssuer, type TokenIssuer } from "../testing/token-issuer.ts";
import { TokenError } from "../tokens/token-authenticator.ts";
import { JwtAuthenticator } from "./jwt-authenticator.ts";

const start = Date.parse("2026-01-01T00:00:00Z");
let now = start;
let issuer: TokenIssuer;

before(async () => {
  issuer = await startTokenIssuer(() => now);
});
after(() => issuer.stop());

type Rules = Partial<JwtConfiguration>;

function authenticator(rules: Rules = {}): Promise<JwtAuthenticator> {
  const { url, authority } = issuer;
  const configuration: JwtConfiguration = {
    issuer: { url, certificateAuthority: authority, audiences: ["kubets", "other"], audienceMatchPolicy: "MatchAny" },
    claimMappings: { username: { claim: "sub", prefix: "oidc:" }, groups: { claim: "groups", prefix: "oidc:" } },
    ...rules,
  };
  return JwtAuthenticator.create(configuration, "jwt[0]", () => now);
}

async function userOf(claims: Record<string, unknown>, rules?: Rules) {
  return (await (await authenticator(rules)).authenticateToken(await issuer.token(claims)))?.user;
}

async function refusal(claims: Record<string, unknown>, rules?: Rules): Promise<string> {
  return userOf(claims, rules).then(
    () => assert.fail("was believed"),
    (error: unknown) => (error instanceof TokenError ? error.message : assert.fail(String(error))),
  );
}

test("claims make a user, with prefixes, for as long as the token lasts", async () => {
  const token = await issuer.token({ sub: "jane", groups: ["a", "b"] });
  assert.deepEqual(await (await authenticator()).authenticateToken(token), {
    user: { name: "oidc:jane", groups: ["oidc:a", "oidc:b"] },
    expires: now + 600_000,
  });
});

test("expressions make a user, and rules refuse it", async () => {
  const rules: Rules = {
    claimMappings: {
      username: { expression: '"u:" + claims.sub' },
      groups: { expression: 'claims.roles.split(",")' },
      uid: { expression: "claims.uid" },
      extra: [{ key: "acme.io/team", valueExpression: "claims.?team.orValue('')" }],
    },
    claimValidationRules: [{ expression: "claims.level > 3", message: "level too low" }],
    userValidationRules: [{ expression: "!user.username.startsWith('u:system:')", message: "reserved" }],
  };
  const claims = { sub: "jane", roles: "a,b", uid: "7", team: "red", level: 5 };
  assert.deepEqual(await userOf(claims, rules), {
    name: "u:jane",
    groups: ["a", "b"],
    uid: "7",
    extra: { "acme.io/team": ["red"] },
  });
  const { team: _, ...teamless } = claims;
  assert.equal((await userOf(teamless, rules))?.extra, undefined);
  assert.equal(
    await refusal({ ...claims, level: 1 }, rules),
    "oidc: validation expression 'claims.level > 3' failed: level too low",
  );
  assert.match(await refusal({ ...claims, sub: "system:x" }, rules), /failed: reserved/);
  assert.match(await refusal({ sub: "jane", level: 5 }, rules), /oidc: error evaluating expression/);
});

test("a required claim must be there, with its value, and an address must be verified", async () => {
  const rules: Rules = { claimValidationRules: [{ claim: "hd", requiredValue: "acme.io" }] };
  assert.equal((await userOf({ sub: "jane", hd: "acme.io" }, rules))?.name, "oidc:jane");
  assert.match(await refusal({ sub: "jane" }, rules), /required claim hd not present/);
  assert.match(await refusal({ sub: "jane", hd: "evil" }, rules), /value does not match/);
  assert.match(await refusal({}), /username claim/);
  const byAddress: Rules = { claimMappings: { username: { claim: "email", prefix: "" } } };
  assert.match(await refusal({ email: "a@b", email_verified: false }, byAddress), /email not verified/);
  assert.equal((await userOf({ email: "a@b", email_verified: true }, byAddress))?.name, "a@b");
});

test("a name or a group that is no text names nobody", async () => {
  for (const sub of [5, true, { a: 1 }])
    assert.match(await refusal({ sub: sub as never }), /parse username claims "sub"/);
  assert.match(await refusal({ sub: null as never }), /username claim/);
  assert.match(await refusal({ sub: "jane", groups: ["a", 1] }), /parse groups claims "groups": 1 is no string/);
  assert.deepEqual(await userOf({ sub: "jane", groups: null }), { name: "oidc:jane", groups: [] });
});

test("tokens of others are not its business; for others, expired or forged ones are refused", async () => {
  const one = await authenticator();
  const other = await startTokenIssuer(() => now);
  assert.equal(await one.authenticateToken(await other.token({ sub: "jane" })), undefined);
  await other.stop();
  assert.equal(await one.authenticateToken("no token"), undefined);
  const bad = await issuer.token({ sub: "jane" }, { audience: "somebody-else" });
  await assert.rejects(one.authenticateToken(bad), /oidc: verify token: unexpected "aud"/);
  const [head, , signature] = (await issuer.token({ sub: "jane" })).split(".");
  const [, body] = (await issuer.token({ sub: "root" })).split(".");
  await assert.rejects(one.authenticateToken([head, body, signature].join(".")), /signature verification failed/);
  const old = await issuer.token({ sub: "jane" });
  now += 601_000;
  await assert.rejects(one.authenticateToken(old), /"exp" claim timestamp check failed/);
  now = start;
});

test("a new key is asked for once, and made up keys not for every token", async () => {
  const one = await authenticator();
  await one.authenticateToken(await issuer.token({ sub: "jane" }));
  const before = issuer.keyRequests();
  await issuer.rotate();
  now += 20_000;
  assert.equal((await one.authenticateToken(await issuer.token({ sub: "jane" })))?.user.name, "oidc:jane");
  assert.equal(issuer.keyRequests(), before + 1);
  const madeUp = await issuer.token({ sub: "jane" }, { keyId: "made-up" });
  for (let times = 0; times < 3; times++) await assert.rejects(one.authenticateToken(madeUp), TokenError);
  assert.equal(issuer.keyRequests(), before + 1);
});

test("an expression that does not compile, or answers something else, is told with its place", async () => {
  const username = (expression: string) => authenticator({ claimMappings: { username: { expression } } });
  await assert.rejects(username("claims."), /jwt\[0\]\.claimMappings\.username\.expression: .*Syntax error/s);
  await assert.rejects(username("1"), /jwt\[0\]\.claimMappings\.username\.expression/);
});

test("an issuer that is away does not keep those out whose keys are known, whatever others ask for", async () => {
  const away = await startTokenIssuer(() => now);
  const { url, authority: certificateAuthority } = away;
  const one = await authenticator({ issuer: { url, certificateAuthority, audiences: ["kubets"] } });
  const good = await away.token({ sub: "jane" });
  const madeUp = await away.token({ sub: "jane" }, { keyId: "made-up" });
  await one.authenticateToken(good);
  await away.stop();
  now += 20_000;
  await assert.rejects(one.authenticateToken(madeUp), TokenError);
  assert.equal((await one.authenticateToken(good))?.user.name, "oidc:jane");
  now = start;
});
