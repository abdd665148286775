import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { pino } from "pino";
import { requestInfo } from "../request/request-info.ts";
import { startServer } from "../testing/server-under-test.ts";
import { OtlpExporter } from "./otlp-exporter.ts";
import { Tracer } from "./request-trace.ts";
import { parseTraceParent } from "./trace-context.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";
const log = pino({ enabled: false });
const info = requestInfo("GET", "/api/v1/pods", new URLSearchParams());

// biome-ignore lint/suspicious/noExplicitAny: what a collector is sent
type Sent = any;

async function collector(status = 200) {
  const sent: Sent[] = [];
  const server = http.createServer(async (request, response) => {
    sent.push(JSON.parse(Buffer.concat(await request.toArray()).toString()));
    response.writeHead(status).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const spans = () => sent.flatMap(({ resourceSpans }) => resourceSpans[0].scopeSpans[0].spans);
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { endpoint, sent, spans, close };
}

test("a trace's header is read as the standard has it, and anything else is none", () => {
  assert.deepEqual(parseTraceParent(`00-${traceId}-${spanId}-01`), { traceId, spanId, sampled: true });
  assert.equal(parseTraceParent(`00-${traceId}-${spanId}-00`)?.sampled, false);
  for (const bad of [undefined, "", "x", `ff-${traceId}-${spanId}-01`, `00-${"0".repeat(32)}-${spanId}-01`])
    assert.equal(parseTraceParent(bad), undefined);
});

test("who calls decides whether a request is traced; where nobody does, the ratio", () => {
  const exporter = new OtlpExporter({ endpoint: "http://127.0.0.1:1", serviceName: "test", log });
  const tracer = new Tracer({ exporter, ratio: 0.5, random: () => 0.6 });
  assert.equal(tracer.begin(info, undefined), undefined);
  assert.ok(tracer.begin(info, `00-${traceId}-${spanId}-01`));
  assert.equal(new Tracer({ exporter, ratio: 1 }).begin(info, `00-${traceId}-${spanId}-00`), undefined);
  assert.ok(new Tracer({ exporter, ratio: 1 }).begin(info, undefined));
});

test("the spans of a request reach the collector under the caller's trace, with their steps", async () => {
  const { endpoint, sent, spans, close } = await collector();
  const api = await startServer({ tracing: { endpoint, ratio: 0 } });
  await api.ask("GET", "/api/v1/namespaces/default", { headers: { traceparent: `00-${traceId}-${spanId}-01` } });
  await api.ask("GET", "/api/v1/namespaces/default");
  await api.stop();
  close();
  const server = spans().find(({ kind }: Sent) => kind === 2);
  assert.equal(server.name, "get namespaces");
  assert.equal(server.traceId, traceId);
  assert.equal(server.parentSpanId, spanId);
  assert.match(server.startTimeUnixNano, /^\d{19}$/);
  const attributes = Object.fromEntries(server.attributes.map(({ key, value }: Sent) => [key, value]));
  assert.deepEqual(attributes["http.response.status_code"], { intValue: "200" });
  assert.deepEqual(attributes["k8s.object.name"], { stringValue: "default" });
  const steps = spans().filter(({ parentSpanId }: Sent) => parentSpanId === server.spanId);
  assert.deepEqual(
    steps.map(({ name }: Sent) => name),
    ["authentication", "priority and fairness", "authorization", "read body", "handle"],
  );
  assert.equal(spans().length, 6, "the request without a header is not traced");
  assert.deepEqual(sent[0].resourceSpans[0].resource.attributes[0], {
    key: "service.name",
    value: { stringValue: "apiserver" },
  });
});

test("a collector that is gone or refuses costs nothing but the spans", async () => {
  const { endpoint, close } = await collector(500);
  const exporter = new OtlpExporter({ endpoint, serviceName: "test", log });
  const tracer = new Tracer({ exporter, ratio: 1 });
  for (let index = 0; index < 6_000; index++) tracer.begin(info, undefined)!.finish(200, "");
  await tracer.stop();
  assert.equal(exporter.dropped, 6_000);
  close();
});
