import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Registry } from "../../client/prometheus.ts";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";
import { CounterFamily, HistogramFamily } from "./families.ts";

let server: ServerUnderTest;

before(async () => {
  server = await startServer();
});
after(() => server.stop());

/** The value of the one series whose line has all of these parts; nothing where there is none. */
async function series(name: string, ...labels: readonly string[]): Promise<number | undefined> {
  const { text } = await server.ask("GET", "/metrics");
  const lines = text.split("\n").filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  const found = lines.filter((line) => labels.every((label) => line.includes(label)));
  assert.ok(found.length <= 1, `several series fit: ${found.join("\n")}`);
  return found[0] === undefined ? undefined : Number(found[0].split(" ").at(-1));
}

test("a family prints its series with their labels, a histogram cumulatively", async () => {
  const registry = new Registry();
  const counter = new CounterFamily(registry, { name: "seen_total", help: "Seen.", labelNames: ["what"] });
  counter.labelled('a "quoted" one').value += 2;
  const sizes = new HistogramFamily(registry, { name: "sizes", help: "Sizes.", buckets: [1, 10] });
  sizes.labelled().observe(1);
  sizes.labelled().observe(5, 2);
  sizes.labelled().observe(11);
  const text = await registry.metrics();
  assert.match(text, /^seen_total\{what="a \\"quoted\\" one"\} 2$/m);
  assert.match(text, /^sizes_bucket\{le="1"\} 1\nsizes_bucket\{le="10"\} 3\nsizes_bucket\{le="\+Inf"\} 4$/m);
  assert.match(text, /^sizes_sum 22$\nsizes_count 4$/m);
});

test("requests are counted under upstream's verbs, scopes and codes", async () => {
  const map = { metadata: { name: "counted" }, data: { a: "b" } };
  await server.ask("POST", "/api/v1/namespaces/default/configmaps", { body: map });
  await server.ask("POST", "/api/v1/namespaces/default/configmaps?dryRun=All", {
    body: { metadata: { name: "dry" } },
  });
  await server.ask("GET", "/api/v1/namespaces/default/configmaps/counted");
  await server.ask("GET", "/api/v1/namespaces/default/configmaps/nobody");
  await server.ask("GET", "/api/v1/configmaps");
  const apply = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "applied" } };
  await server.ask("PATCH", "/api/v1/namespaces/default/configmaps/applied?fieldManager=me", {
    body: apply,
    type: "application/apply-patch+yaml",
  });
  const maps = 'resource="configmaps"';
  const total = "apiserver_request_total";
  assert.equal(await series(total, maps, 'verb="POST"', 'dry_run=""', 'scope="resource"', 'code="201"'), 1);
  assert.equal(await series(total, maps, 'verb="POST"', 'dry_run="All"', 'code="201"'), 1);
  assert.equal(await series(total, maps, 'verb="GET"', 'code="404"', 'component="apiserver"'), 1);
  assert.equal(await series(total, maps, 'verb="LIST"', 'scope="cluster"', 'version="v1"'), 1);
  assert.equal(await series(total, maps, 'verb="APPLY"', 'scope="resource"'), 1);
  assert.equal(await series("apiserver_request_duration_seconds_count", maps, 'verb="GET"'), 2);
  assert.ok((await series("apiserver_response_sizes_sum", maps, 'verb="LIST"'))! > 100);
});

test("who looks for deprecated resources that are still asked for finds them", async () => {
  assert.equal(await series("apiserver_requested_deprecated_apis", 'resource="componentstatuses"'), undefined);
  await server.ask("GET", "/api/v1/componentstatuses");
  assert.equal(await series("apiserver_requested_deprecated_apis", 'resource="componentstatuses"', 'version="v1"'), 1);
});

test("what clients make up never becomes a label", async () => {
  await server.ask("GET", "/api/v1/namespaces/default/inventions/x");
  await server.ask("GET", "/apis/nobody.example/v1/things");
  await server.ask("GET", "/nowhere/at/all");
  await server.ask("GET", "/api/v1/namespaces/default/pods/x/invented");
  const { text } = await server.ask("GET", "/metrics");
  assert.doesNotMatch(text, /invent|nobody\.example|nowhere/);
});

test("watches count while they are open, with the events that they were sent", async () => {
  const watching = server.ask("GET", "/api/v1/watch/secrets?timeoutSeconds=1");
  const open = ['resource="secrets"', 'verb="WATCH"', 'scope="cluster"'];
  while ((await series("apiserver_longrunning_requests", ...open)) !== 1);
  await server.ask("POST", "/api/v1/namespaces/default/secrets", { body: { metadata: { name: "seen" } } });
  await watching;
  assert.equal(await series("apiserver_longrunning_requests", ...open), 0);
  assert.equal(await series("apiserver_watch_events_total", 'resource="secrets"'), 1);
  assert.equal(await series("apiserver_request_total", ...open, 'code="200"'), 1);
});

test("stored objects and the process itself are counted when asked", async () => {
  assert.equal(await series("apiserver_resource_objects", 'resource="flowschemas"'), 11);
  assert.equal(await series("apiserver_storage_objects", 'resource="flowschemas.flowcontrol.apiserver.k8s.io"'), 11);
  assert.equal(await series("apiserver_storage_events_received_total", 'resource="flowschemas"'), 11);
  const writes = "etcd_request_duration_seconds_count";
  assert.equal(await series(writes, 'resource="flowschemas"', 'operation="create"'), 11);
  assert.ok((await series("process_resident_memory_bytes"))! > 1e6);
  assert.ok((await series("process_cpu_seconds_total"))! > 0);
  assert.equal(await series("version_info", 'component="kube"'), 1);
});

test("metrics are for those who may read them", async () => {
  assert.equal((await server.ask("GET", "/metrics", { token: "jane" })).status, 403);
});

test("who was let in, what they were allowed and what admission took is counted under upstream's names", async () => {
  const before = (await series("authorization_attempts_total", 'result="no-opinion"')) ?? 0;
  await server.ask("GET", "/api/v1/configmaps", { token: "jane" });
  await server.ask("GET", "/api/v1/configmaps", { token: "nobody" });
  assert.equal(await series("authorization_attempts_total", 'result="no-opinion"'), before + 1);
  assert.ok((await series("authentication_attempts", 'result="failure"'))! > 0);
  assert.ok((await series("authenticated_user_requests", 'username="admin"'))! > 0);
  assert.ok((await series("authenticated_user_requests", 'username="other"'))! > 0);
  assert.ok((await series("authentication_duration_seconds_count", 'result="success"'))! > 0);
  const labels = ['operation="CREATE"', 'rejected="false"', 'type="admit"'];
  const step = "apiserver_admission_step_admission_duration_seconds_count";
  const count = (await series(step, ...labels)) ?? 0;
  await server.ask("POST", "/api/v1/namespaces/default/configmaps", { body: { metadata: { name: "admitted" } } });
  assert.equal(await series(step, ...labels), count + 1);
});

test("bodies, field validation, lists and steps of the way are counted under upstream's names", async () => {
  const body = { metadata: { name: "sized" }, data: { a: "b".repeat(60_000) } };
  await server.ask("POST", "/api/v1/namespaces/default/endpoints?fieldValidation=Strict", {
    body: { metadata: { name: "sized" } },
  });
  await server.ask("POST", "/api/v1/namespaces/default/secrets?fieldValidation=Bent", { body });
  const at = ['resource="endpoints"', 'group=""', 'verb="create"'];
  assert.equal(await series("apiserver_request_body_size_bytes_bucket", ...at, 'le="50000"'), 1);
  assert.equal(
    await series("apiserver_request_body_size_bytes_bucket", 'resource="secrets"', 'verb="create"', 'le="50000"'),
    1,
  );
  assert.equal(await series("field_validation_request_duration_seconds_count", 'field_validation="Strict"'), 1);
  assert.equal(await series("field_validation_request_duration_seconds_count", 'field_validation="invalid"'), 1);
  await server.ask("GET", "/api/v1/endpoints");
  assert.equal(await series("apiserver_cache_list_total", 'resource="endpoints"', 'index=""'), 1);
  assert.equal(await series("apiserver_cache_list_returned_objects_total", 'resource="endpoints"'), 2);
  assert.equal(await series("apiserver_storage_list_total", 'resource="endpoints"'), 0);
  assert.equal(await series("etcd_requests_total", 'resource="endpoints"', 'operation="create"'), 2);
  assert.equal(await series("watch_cache_capacity", 'resource="endpoints"'), 512);
  assert.ok((await series("apiserver_request_filter_duration_seconds_count", 'filter="authorization"'))! > 5);
  assert.equal(await series("apiserver_client_certificate_expiration_seconds_count"), 0);
});

test("seats in use are counted over time, and features that are there once", async () => {
  const name = "apiserver_flowcontrol_priority_level_seat_utilization";
  const level = ['priority_level="catch-all"', 'phase="executing"'];
  const first = (await series(`${name}_count`, ...level))!;
  const second = (await series(`${name}_count`, ...level))!;
  assert.ok(first > 0 && second > first);
  const exempt = ['priority_level="exempt"', 'phase="executing"'];
  assert.ok((await series(`${name}_sum`, ...exempt))! > 0);
  assert.equal(await series("kubernetes_feature_enabled", 'name="WatchList"', 'stage="BETA"'), 1);
});
