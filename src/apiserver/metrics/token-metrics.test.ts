import assert from "node:assert/strict";
import { test } from "node:test";
import { Registry } from "../../client/prometheus.ts";
import { PodSecurityMetrics } from "./pod-security-metrics.ts";
import { addTokenMetrics } from "./token-metrics.ts";

test("tokens are counted by what became of them, when somebody looks", async () => {
  const registry = new Registry();
  const counts = { known: 0, fetched: 0, failed: 0 };
  const own = { valid: 0, stale: 0 };
  addTokenMetrics(registry, {
    tokens: { counts },
    serviceAccountTokens: { counts: own },
    legacyTokens: { counts: { valid: 2 } },
  });
  Object.assign(counts, { known: 5, fetched: 2, failed: 1 });
  own.stale = 4;
  const text = await registry.metrics();
  assert.match(text, /^authentication_token_cache_request_total\{status="hit"\} 5$/m);
  assert.match(text, /^authentication_token_cache_request_total\{status="miss"\} 3$/m);
  assert.match(text, /^authentication_token_cache_fetch_total\{status="error"\} 1$/m);
  assert.match(text, /^serviceaccount_stale_tokens_total 4$/m);
  assert.match(text, /^serviceaccount_legacy_tokens_total 2$/m);
});

test("judgements of pods are counted by level, mode and outcome", async () => {
  const registry = new Registry();
  const metrics = new PodSecurityMetrics(registry);
  const policy = { level: "baseline", version: "latest" };
  const request = { operation: "create", resource: "pod", subresource: "" } as const;
  metrics.evaluated({ ...request, decision: "deny", mode: "enforce", policy });
  const text = await registry.metrics();
  assert.match(
    text,
    /^pod_security_evaluations_total\{decision="deny",policy_level="baseline",policy_version="latest",mode="enforce",request_operation="create",resource="pod",subresource=""\} 1$/m,
  );
});
