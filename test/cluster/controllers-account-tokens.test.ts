import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { resources } from "../../src/api/mod.ts";
import { type Harness, startHarness } from "./controllers-harness.ts";

let harness: Harness;
before(async () => {
  harness = await startHarness({ withoutPodRunner: true });
  await harness.addNamespace("shop");
});
after(() => harness.stop());

const at = (name: string) => ({ name, namespace: "shop" });
const shop = { namespace: "shop" };
const type = "kubernetes.io/service-account-token";
const secretOf = (account: string, name: string) => ({
  metadata: { name, annotations: { "kubernetes.io/service-account.name": account } },
  type,
});

test("a Secret for a service account is given its token, and goes with the account", async () => {
  const { client } = harness;
  const account = await client.resource(resources.serviceaccounts).create({ metadata: { name: "robot" } }, shop);
  await client.resource(resources.secrets).create(secretOf("robot", "robot-token"), shop);
  const filled = await harness.until(resources.secrets, at("robot-token"), ({ data }) => data?.["token"] !== undefined);
  const text = (key: string) => Buffer.from(filled.data?.[key] ?? "", "base64").toString();
  assert.deepEqual(
    [text("token"), text("namespace"), text("ca.crt")],
    ["token of robot-token", "shop", "root certificate"],
  );
  assert.equal(filled.metadata.annotations?.["kubernetes.io/service-account.uid"], account.metadata.uid);
  await client.resource(resources.serviceaccounts).delete("robot", shop);
  await harness.untilAll(resources.secrets, "shop", (all) => all.length === 0);
});

test("a Secret for nobody is deleted", async () => {
  await harness.client.resource(resources.secrets).create(secretOf("nobody", "orphan"), shop);
  await harness.untilAll(resources.secrets, "shop", (all) => all.every(({ metadata }) => metadata.name !== "orphan"));
});
