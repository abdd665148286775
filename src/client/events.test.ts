import assert from "node:assert/strict";
import { test } from "node:test";
import pino from "pino";
import { type KubernetesObject, StatusError } from "../api/mod.ts";
import { createClient } from "./client.ts";
import { FakeClock } from "./clock.ts";
import type { ApiRequest, Transport } from "./contract.ts";
import { createEventRecorder, type EventRecorderOptions } from "./events.ts";

const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", namespace: "team", uid: "u", resourceVersion: "3" },
} as unknown as KubernetesObject;
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
};

function recorder(answer: (request: ApiRequest) => unknown = () => ({}), options: EventRecorderOptions = {}) {
  const asked: ApiRequest[] = [];
  const transport: Transport = {
    request: async (request) => {
      asked.push(request);
      return answer(request);
    },
    watch: () => assert.fail("no watches here"),
    stream: () => assert.fail("no streams here"),
    close: async () => {},
  };
  const clock = new FakeClock();
  const stopper = new AbortController();
  const context = { client: createClient(transport), log: pino({ level: "silent" }), clock, signal: stopper.signal };
  const events = createEventRecorder(context, { component: "kubelet", host: "n1" }, options);
  return { events, asked, clock, stopper };
}

const refuse = (code: number, reason: string): never => {
  throw new StatusError({ apiVersion: "v1", kind: "Status", metadata: {}, status: "Failure", reason, code });
};

test("an event is created once and then counted up", async () => {
  const { events, asked } = recorder();
  events.event(pod, "Normal", "Started", "Started container web", { fieldPath: "spec.containers{web}" });
  events.event(pod, "Normal", "Started", "Started container web", { fieldPath: "spec.containers{web}" });
  await settle();
  assert.deepEqual(
    asked.map(({ method }) => method),
    ["POST", "PATCH"],
  );
  const body = asked[0]!.body as { involvedObject: object; metadata: { name: string } };
  assert.deepEqual(body.involvedObject, {
    apiVersion: "v1",
    kind: "Pod",
    name: "web",
    namespace: "team",
    uid: "u",
    resourceVersion: "3",
    fieldPath: "spec.containers{web}",
  });
  assert.equal(asked[1]!.path, `/api/v1/namespaces/team/events/${body.metadata.name}`);
  assert.equal((asked[1]!.body as { count: number }).count, 2);
});

test("an event that has expired meanwhile is created again", async () => {
  const { events, asked } = recorder(({ method }) => method === "PATCH" && refuse(404, "NotFound"));
  events.event(pod, "Normal", "Started", "again");
  events.event(pod, "Normal", "Started", "again");
  await settle();
  assert.deepEqual(
    asked.map(({ method }) => method),
    ["POST", "PATCH", "POST"],
  );
  assert.equal((asked[2]!.body as { count: number }).count, 2);
});

test("a refused event is dropped; the next of its kind is a new one", async () => {
  const { events, asked } = recorder(() => refuse(403, "Forbidden"));
  events.event(pod, "Normal", "Started", "x");
  await settle();
  events.event(pod, "Normal", "Started", "x");
  await settle();
  assert.deepEqual(
    asked.map(({ method }) => method),
    ["POST", "POST"],
  );
});

test("a server that is not reached is asked again, until the process ends", async () => {
  const { events, asked, clock, stopper } = recorder(() => {
    throw new Error("connection refused");
  });
  events.event(pod, "Normal", "Started", "x");
  await settle();
  clock.advance(10_000);
  await settle();
  assert.equal(asked.length, 2);
  stopper.abort();
  await settle();
  clock.advance(10_000);
  await settle();
  assert.equal(asked.length, 2);
});

test("events of steps that are only played are not told, warnings of the same reason are", async () => {
  const { events, asked } = recorder(() => ({}), { untold: new Set(["Started"]) });
  events.event(pod, "Normal", "Started", "played");
  events.event(pod, "Normal", "Created", "real");
  events.event(pod, "Warning", "Started", "too late");
  await settle();
  assert.deepEqual(
    asked.map(({ body }) => (body as { message: string }).message),
    ["real", "too late"],
  );
});

const numbered = (number: number): KubernetesObject => ({
  ...pod,
  metadata: { ...pod.metadata, name: `web-${number}`, uid: `u-${number}` },
});

/** A server that answers when it is told to, several at once, but never asked about the same event twice at once. */
function slowServer() {
  const underWay = new Map<string, () => void>();
  const answer = ({ path, body }: ApiRequest) => {
    const name = (body as { metadata?: { name: string } }).metadata?.name ?? path.split("/").at(-1)!;
    assert.ok(!underWay.has(name), `${name} is under way`);
    return new Promise<object>((resolve) => underWay.set(name, () => resolve({})));
  };
  const answerAll = async () => {
    while (underWay.size > 0) {
      const answers = [...underWay.values()];
      underWay.clear();
      for (const resolve of answers) resolve();
      await new Promise(setImmediate);
    }
  };
  return { answer, answerAll, underWay };
}

test("a burst of events is told to its end, two at once, and each is there before it counts up", async () => {
  const { answer, answerAll, underWay } = slowServer();
  const { events, asked } = recorder(answer);
  for (let number = 0; number < 5000; number++)
    for (let again = 0; again < 2; again++) events.event(numbered(number), "Normal", "Scheduled", "assigned");
  assert.equal(underWay.size, 2);
  await answerAll();
  const created = asked.filter(({ method }) => method === "POST");
  assert.deepEqual([created.length, asked.length], [5000, 10_000]);
});

test("what comes while ten thousand events wait is dropped", async () => {
  const { answer, answerAll } = slowServer();
  const { events, asked } = recorder(answer);
  for (let number = 0; number < 12_000; number++) events.event(numbered(number), "Normal", "Scheduled", "assigned");
  await answerAll();
  assert.equal(asked.length, 10_000);
});
