import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";

let api: ServerUnderTest;
before(async () => {
  api = await startServer({ legacyApis: true });
});
after(() => api.stop());

const old = "/apis/extensions/v1beta1/namespaces/default/deployments";
const template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "i" }] } };

test("an old Deployment is stored as today's, with what its version filled in, and warned of", async () => {
  const { status, headers, body } = await api.ask("POST", old, {
    body: { metadata: { name: "web" }, spec: { template } },
  });
  assert.deepEqual([status, body.apiVersion], [201, "extensions/v1beta1"]);
  assert.equal(
    headers["warning"],
    '299 - "extensions/v1beta1 Deployment is deprecated in v1.9+, unavailable in v1.16+; use apps/v1 Deployment"',
  );
  const now = await api.ask("GET", "/apis/apps/v1/namespaces/default/deployments/web");
  assert.equal(now.body.apiVersion, "apps/v1");
  assert.deepEqual(now.body.metadata.labels, { app: "web" });
  const { selector, strategy, revisionHistoryLimit } = now.body.spec;
  assert.deepEqual(selector, { matchLabels: { app: "web" } });
  assert.deepEqual(strategy, { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } });
  assert.equal(revisionHistoryLimit, 2 ** 31 - 1);
});

test("patches and watches speak the version that was asked for", async () => {
  const patched = await api.ask("PATCH", `${old}/web`, {
    type: "application/merge-patch+json",
    body: { spec: { replicas: 3 } },
  });
  assert.deepEqual([patched.body.apiVersion, patched.body.spec.replicas], ["extensions/v1beta1", 3]);
  const { text } = await api.ask("GET", `${old}?watch=1&timeoutSeconds=1`);
  assert.equal(JSON.parse(text.split("\n")[0]!).object.apiVersion, "extensions/v1beta1");
});

test("old daemons and stateful sets wait for somebody to delete their pods", async () => {
  const daemons = "/apis/extensions/v1beta1/namespaces/default/daemonsets";
  await api.ask("POST", daemons, { body: { metadata: { name: "d" }, spec: { template } } });
  const { body } = await api.ask("GET", "/apis/apps/v1/namespaces/default/daemonsets/d");
  assert.equal(body.spec.updateStrategy.type, "OnDelete");
});

test("discovery lists the old versions after today's", async () => {
  const { body } = await api.ask("GET", "/apis/apps");
  assert.deepEqual(
    body.versions.map(({ version }: { version: string }) => version),
    ["v1", "v1beta2", "v1beta1"],
  );
});

test("without the option they are not there", async () => {
  const modern = await startServer();
  assert.equal((await modern.ask("GET", old)).status, 404);
  await modern.stop();
});
