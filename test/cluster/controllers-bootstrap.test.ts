import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as jose from "jose";
import { resources } from "../../src/api/mod.ts";
import { type Harness, startHarness } from "./controllers-harness.ts";

let harness: Harness;
before(async () => {
  harness = await startHarness({ withoutPodRunner: true });
});
after(() => harness.stop());

const encoded = (data: Record<string, string>) =>
  Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString("base64")]));

async function addToken(id: string, more: Record<string, string> = {}): Promise<void> {
  const data = { "token-id": id, "token-secret": "0123456789abcdef", "usage-bootstrap-signing": "true", ...more };
  const secret = { metadata: { name: `bootstrap-token-${id}` }, type: "bootstrap.kubernetes.io/token" };
  const secrets = harness.client.resource(resources.secrets);
  await secrets.create({ ...secret, data: encoded(data) }, { namespace: "kube-system" });
}

test("cluster-info is signed by each token that may, and loses the signature with the token", async () => {
  const content = "apiVersion: v1\nkind: Config\n";
  const maps = harness.client.resource(resources.configmaps);
  const at = { name: "cluster-info", namespace: "kube-public" };
  await addToken("aaaaaa");
  await addToken("bbbbbb", { "usage-bootstrap-signing": "false" });
  await maps.create({ metadata: { name: at.name }, data: { kubeconfig: content } }, { namespace: at.namespace });
  const { data = {} } = await harness.until(
    resources.configmaps,
    at,
    (map) => "jws-kubeconfig-aaaaaa" in (map.data ?? {}),
  );
  assert.deepEqual(Object.keys(data).sort(), ["jws-kubeconfig-aaaaaa", "kubeconfig"]);
  const [header, , signature] = data["jws-kubeconfig-aaaaaa"]!.split(".");
  const whole = `${header}.${Buffer.from(content).toString("base64url")}.${signature}`;
  const { protectedHeader } = await jose.compactVerify(whole, Buffer.from("0123456789abcdef"));
  assert.deepEqual(protectedHeader, { alg: "HS256", kid: "aaaaaa" });
  await harness.client.resource(resources.secrets).delete("bootstrap-token-aaaaaa", { namespace: "kube-system" });
  await harness.until(resources.configmaps, at, (map) => !("jws-kubeconfig-aaaaaa" in (map.data ?? {})));
});

test("a bootstrap token goes when its time is over, and no other does", async () => {
  await addToken("cccccc", { expiration: "2020-01-01T00:00:00Z" });
  await addToken("dddddd", { expiration: "2999-01-01T00:00:00Z" });
  const names = (all: readonly { metadata: { name: string } }[]) => all.map(({ metadata }) => metadata.name);
  const left = await harness.untilAll(
    resources.secrets,
    "kube-system",
    (all) => !names(all).includes("bootstrap-token-cccccc") && names(all).includes("bootstrap-token-dddddd"),
  );
  assert.ok(names(left).includes("bootstrap-token-dddddd"));
});
