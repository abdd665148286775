import assert from "node:assert/strict";
import { test } from "node:test";
import { parseResourceMetrics } from "./scrape.ts";

const text = `# HELP container_cpu_usage_seconds_total time
# TYPE container_cpu_usage_seconds_total counter
container_cpu_usage_seconds_total{container="web",namespace="shop",pod="front"} 1.5 1700000000123
container_cpu_usage_seconds_total{pod="half",container="a",namespace="shop"} 2 1700000000123
container_memory_working_set_bytes{container="web",namespace="shop",pod="front"} 2.048e+06 1700000000124
node_cpu_usage_seconds_total 88 1700000000200
node_memory_working_set_bytes 4096 1700000000200
pod_swap_usage_bytes{namespace="shop",pod="front"} 0
resource_scrape_error 0
`;

test("a node's text is read: the node, and its pods' containers by their labels in any order", () => {
  const { node, pods } = parseResourceMetrics(text, 5);
  assert.deepEqual(node, { timeMs: 1_700_000_000_200, cpuSeconds: 88, memoryBytes: 4096 });
  const containers = Object.fromEntries(pods.get("shop/front") ?? []);
  assert.deepEqual(containers, { web: { timeMs: 1_700_000_000_123, cpuSeconds: 1.5, memoryBytes: 2_048_000 } });
});

test("a pod of which a figure is missing is left out", () => {
  assert.equal(parseResourceMetrics(text, 5).pods.has("shop/half"), false);
});

test("lines without a time are of when they were read, and what is no number is passed over", () => {
  const bare = "node_cpu_usage_seconds_total 1\nnode_memory_working_set_bytes 2\nnode_cpu_usage_seconds_total NaN\n";
  assert.deepEqual(parseResourceMetrics(bare, 7).node, { timeMs: 7, cpuSeconds: 1, memoryBytes: 2 });
  assert.equal(parseResourceMetrics("nonsense", 7).node, undefined);
});
