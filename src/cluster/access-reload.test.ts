import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pino } from "pino";
import { type ConfiguredAuthorization, configuredAuthorization, ReplaceableTokens } from "../auth/mod.ts";
import { systemClock } from "../client/mod.ts";
import { Registry } from "../client/prometheus.ts";
import { AccessReload } from "./access-reload.ts";

const folder = mkdtempSync(join(tmpdir(), "kubets-reload-"));
after(() => rmSync(folder, { recursive: true }));

function writer(kind: string) {
  const file = join(folder, kind);
  const write = (content: object) =>
    writeFileSync(file, JSON.stringify({ apiVersion: "apiserver.config.k8s.io/v1", kind, ...content }));
  return { file, write };
}

const authentication = writer("AuthenticationConfiguration");
const authorization = writer("AuthorizationConfiguration");
const rows = (...types: string[]) => ({ authorizers: types.map((type) => ({ type, name: type.toLowerCase() })) });

async function reload() {
  authentication.write({});
  authorization.write(rows("Node", "RBAC"));
  const metrics = new Registry();
  const replaced: number[] = [];
  const used: ConfiguredAuthorization[] = [];
  const foreignTokens = new ReplaceableTokens([]);
  foreignTokens.replace = (tokens) => replaced.push(tokens.length);
  const following = new AccessReload(
    {
      files: { authenticationConfig: authentication.file, authorizationConfig: authorization.file },
      access: { foreignTokens, useAuthorization: (one) => used.push(one) },
      authorization: await configuredAuthorization(authorization.file),
      pollMs: 5,
    },
    { log: pino({ enabled: false }), metrics, clock: systemClock },
  );
  const check = async () => {
    for (const file of following.followed) await file.check();
  };
  const reloads = async (what: string) => {
    const metric = metrics.getSingleMetric(`apiserver_${what}_config_controller_automatic_reloads_total`);
    const { values } = await metric!.get();
    return Object.fromEntries(values.map(({ labels, value }) => [labels["status"], value]));
  };
  return { following, check, reloads, replaced, used };
}

const issuer = {
  issuer: { url: "https://issuer.example", audiences: ["a"] },
  claimMappings: { username: { claim: "sub", prefix: "" } },
};

test("other issuers and other authorizers are in force without a restart, and are counted", async () => {
  const { check, reloads, replaced, used } = await reload();
  await check();
  assert.deepEqual([replaced, used, await reloads("authentication")], [[], [], {}]);
  authentication.write({ jwt: [issuer] });
  authorization.write(rows("RBAC", "Node"));
  await check();
  assert.deepEqual([replaced, used.length], [[1], 1]);
  assert.deepEqual(await reloads("authentication"), { success: 1 });
  assert.deepEqual(await reloads("authorization"), { success: 1 });
});

test("a file that makes no sense, or takes roles away, changes nothing and is counted", async () => {
  const { check, reloads, replaced, used } = await reload();
  authentication.write({ jwt: [{}] });
  authorization.write(rows("Node", "AlwaysAllow"));
  await check();
  assert.deepEqual([replaced, used], [[], []]);
  assert.deepEqual(await reloads("authentication"), { failure: 1 });
  assert.deepEqual(await reloads("authorization"), { failure: 1 });
  await check();
  assert.deepEqual(await reloads("authentication"), { failure: 1 }, "what has been told is not told again");
  rmSync(authentication.file);
  await check();
  await check();
  assert.deepEqual(await reloads("authentication"), { failure: 2 });
  authentication.write({ jwt: [issuer] });
  await check();
  assert.deepEqual(replaced, [1]);
});

test("a changed file is seen while the control plane runs, also one that changes as it starts", async () => {
  const { following, replaced } = await reload();
  await following.start();
  authentication.write({ jwt: [issuer] });
  while (replaced.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  await following.stop();
  assert.deepEqual(replaced, [1]);
});
