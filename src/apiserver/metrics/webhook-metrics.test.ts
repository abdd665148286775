import assert from "node:assert/strict";
import { test } from "node:test";
import { Registry } from "../../client/prometheus.ts";
import { WebhookMetrics } from "./webhook-metrics.ts";

test("calls, refusals and silences of webhooks are counted under upstream's names", async () => {
  const registry = new Registry();
  const metrics = new WebhookMetrics(registry);
  const call = { name: "a.b.c", type: "validating", operation: "CREATE", seconds: 0.2, failedOpen: false } as const;
  metrics.called({ ...call, code: 200 });
  metrics.called({ ...call, code: 9_000, rejection: "no_error" });
  metrics.called({ ...call, code: 500, failedOpen: true });
  const text = await registry.metrics();
  const about = 'name="a.b.c",type="validating",operation="CREATE"';
  for (const line of [
    `request_total{${about},code="200",rejected="false"} 1`,
    `request_total{${about},code="500",rejected="false"} 1`,
    `rejection_count{${about},error_type="no_error",rejection_code="600"} 1`,
    'fail_open_count{name="a.b.c",type="validating"} 1',
    `admission_duration_seconds_count{${about},rejected="true"} 1`,
  ])
    assert.ok(text.includes(`apiserver_admission_webhook_${line}`), line);
});
