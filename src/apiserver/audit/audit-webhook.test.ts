import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { pino } from "pino";
import { startWebhook, type WebhookServer } from "../../client/webhook/testing/webhook-server.ts";
import { AuditWebhook, type AuditWebhookOptions } from "./audit-webhook.ts";
import { goDuration, latencyNotes } from "./latency-notes.ts";

interface EventList {
  readonly kind: string;
  readonly apiVersion: string;
  readonly items: readonly { readonly n: number; readonly annotations?: object; readonly requestObject?: object }[];
}

const folder = mkdtempSync(join(tmpdir(), "kubets-audit-"));
const kubeconfig = join(folder, "audit.kubeconfig");
let server: WebhookServer;
let lists: EventList[];
let status: number;
let hold: Promise<void> | undefined;
let wake = () => {};
let lost = 0;

before(async () => {
  server = await startWebhook(async ({ body }) => {
    lists.push(body as EventList);
    wake();
    await hold;
    return { status, body: "" };
  });
  const cluster = { server: server.url, "certificate-authority-data": server.caBundle };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "a", cluster }],
    contexts: [{ name: "a", context: { cluster: "a", user: "" } }],
    "current-context": "a",
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
});
after(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  lists = [];
  status = 200;
  hold = undefined;
  lost = 0;
});

function webhook(options: Partial<AuditWebhookOptions> = {}): AuditWebhook {
  const onLost = (events: number) => (lost += events);
  return new AuditWebhook({ kubeconfig, log: pino({ enabled: false }), onLost, retryMs: 1, ...options });
}

const write = (to: AuditWebhook, from: number, count: number) => {
  for (let n = from; n < from + count; n++) to.write(JSON.stringify({ n, requestObject: { text: "x".repeat(50) } }));
};
const numbers = () => lists.map(({ items }) => items.map(({ n }) => n));

test("events are sent in batches as lists: full ones at once, the rest when its time is over or at the end", async () => {
  const one = webhook({ batchSize: 3, batchWaitMs: 5 });
  write(one, 1, 4);
  while (lists.length < 2) await new Promise<void>((resolve) => (wake = resolve));
  write(one, 5, 1);
  await one.stop();
  assert.deepEqual(numbers(), [[1, 2, 3], [4], [5]]);
  assert.deepEqual([lists[0]!.kind, lists[0]!.apiVersion], ["EventList", "audit.k8s.io/v1"]);
  assert.equal(lost, 0);
});

test("a webhook that hangs costs bounded memory: what comes when the buffer is full is lost and counted", async () => {
  let release = () => {};
  hold = new Promise((resolve) => (release = resolve));
  const one = webhook({ batchSize: 1, bufferSize: 2, burst: 100 });
  write(one, 1, 20);
  assert.equal(lost, 20 - 8 - 2);
  release();
  await one.stop();
  assert.deepEqual(
    numbers()
      .flat()
      .sort((a, b) => a - b),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  );
});

test("a webhook that hangs does not hold up the end for long", async () => {
  let release = () => {};
  hold = new Promise((resolve) => (release = resolve));
  const one = webhook({ stopMs: 1 });
  const asked = new Promise<void>((resolve) => (wake = resolve));
  write(one, 1, 1);
  const stopped = one.stop();
  await asked;
  await stopped;
  release();
  await hold;
});

test("a batch that is refused is sent again, and lost in the end", async () => {
  status = 503;
  const one = webhook();
  write(one, 1, 2);
  await one.stop();
  assert.deepEqual(
    numbers(),
    Array.from({ length: 5 }, () => [1, 2]),
  );
  assert.equal(lost, 2);
});

test("an event that is too large loses what it quotes; a batch holds no more than it may", async () => {
  const one = webhook({ maximumEventBytes: 100, maximumBatchBytes: 100 });
  one.write(JSON.stringify({ n: 1, requestObject: { text: "x".repeat(100) }, annotations: { a: "b" } }));
  one.write(JSON.stringify({ n: 2, user: "x".repeat(100) }));
  one.write(JSON.stringify({ n: 3, text: "x".repeat(30) }));
  await one.stop();
  assert.deepEqual(numbers(), [[1], [3]]);
  assert.deepEqual(lists[0]!.items[0], { n: 1, annotations: { a: "b", "audit.k8s.io/truncated": "true" } });
  assert.equal(lost, 1);
});

test("where the time of a slow request went is noted in Go's form", () => {
  assert.deepEqual(latencyNotes({ total: 0.5, queued: 0.4 }), []);
  assert.deepEqual(latencyNotes({ total: 1.25, queued: 0.75 }), [
    ["apiserver.latency.k8s.io/total", "1.25s"],
    ["apiserver.latency.k8s.io/apf-queue-wait", "750ms"],
  ]);
  assert.deepEqual([0.0000015, 0.0025, 63.5, 3_723].map(goDuration), ["1.5µs", "2.5ms", "1m3.5s", "1h2m3s"]);
});
