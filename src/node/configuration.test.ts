import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeConfiguration } from "./configuration.ts";

const options = { dns: { clusterDns: ["10.96.0.10"], clusterDomain: "cluster.local" }, maximumPods: 7 };

test("the configuration says who decides about callers that the node does not know", () => {
  const asking = nodeConfiguration(options, true);
  const anonymous = { enabled: false };
  assert.deepEqual(asking["authentication"], { x509: {}, webhook: { enabled: true }, anonymous });
  assert.deepEqual(asking["authorization"], { mode: "Webhook" });
  const alone = nodeConfiguration(options, false);
  assert.deepEqual(alone["authentication"], { x509: {}, webhook: { enabled: false }, anonymous });
  assert.equal("authorization" in alone, false);
  assert.equal(alone["maxPods"], 7);
});
