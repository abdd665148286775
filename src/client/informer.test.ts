import assert from "node:assert/strict";
import { test } from "node:test";
import pino from "pino";
import { type corev1, resources, StatusError } from "../api/mod.ts";
import { createClient } from "./client.ts";
import { FakeClock } from "./clock.ts";
import type { ApiRequest, Transport, WatchEvent } from "./contract.ts";
import { SharedInformerFactory } from "./informer-factory.ts";

type Pod = corev1.Pod;
type Answer =
  | { list: Pod[]; at: string }
  | { events: [WatchEvent<Pod>["type"], Pod][]; afterwards: "end" | "stay" | Error }
  | Error;

const log = pino({ level: "silent" });
const pod = (name: string, resourceVersion: string, uid = name): Pod =>
  ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "team", uid, resourceVersion },
    spec: { nodeName: "n1" },
  }) as unknown as Pod;
const gone = new StatusError({
  apiVersion: "v1",
  kind: "Status",
  metadata: {},
  status: "Failure",
  reason: "Expired",
  code: 410,
});

/** Answers lists and watches as written down, and notes what was asked. */
class Script implements Transport {
  readonly asked: string[] = [];
  readonly #answers: Answer[];
  /** Resolves when all answers are used up. */
  readonly played = Promise.withResolvers<void>();

  constructor(...answers: Answer[]) {
    this.#answers = answers;
  }

  #next(request: ApiRequest, what: string): Exclude<Answer, Error> {
    this.asked.push(`${what} ${request.query?.["resourceVersion"]}`);
    const answer = this.#answers.shift();
    if (this.#answers.length === 0) this.played.resolve();
    if (!answer) throw new Error("the script is over");
    if (answer instanceof Error) throw answer;
    return answer;
  }

  async request(request: ApiRequest): Promise<unknown> {
    const { list, at } = this.#next(request, "list") as { list: Pod[]; at: string };
    return { metadata: { resourceVersion: at }, items: list };
  }

  async *watch(request: ApiRequest): AsyncIterable<WatchEvent<Pod>> {
    const { events, afterwards } = this.#next(request, "watch") as Exclude<Answer, Error | { at: string }>;
    for (const [type, object] of events) yield { type, object };
    if (afterwards instanceof Error) throw afterwards;
    if (afterwards === "end") return;
    await new Promise((resolve) => request.signal!.addEventListener("abort", resolve));
  }

  stream(): Promise<ReadableStream<Uint8Array>> {
    throw new Error("no streams here");
  }

  async close(): Promise<void> {}
}

/** A clock whose waits are over at once. */
class HastyClock extends FakeClock {
  readonly waits: number[] = [];
  override after(delayMs: number, callback: () => void): () => void {
    this.waits.push(delayMs);
    setImmediate(callback);
    return () => {};
  }
}

async function play(script: Script, clock = new HastyClock()) {
  const informers = new SharedInformerFactory(createClient(script), { clock, log, random: () => 0.5 });
  const informer = informers.informer(resources.pods);
  const seen: string[] = [];
  informer.addIndex("node", ({ spec }) => (spec.nodeName ? [spec.nodeName] : []));
  informer.addHandler({
    add: ({ metadata }) => seen.push(`add ${metadata.name}`),
    update: ({ metadata }, old) =>
      seen.push(`update ${metadata.name} ${old.metadata.resourceVersion}>${metadata.resourceVersion}`),
    delete: ({ metadata }) => seen.push(`delete ${metadata.name}`),
  });
  informers.start();
  await script.played.promise;
  await new Promise(setImmediate);
  return { informers, informer, seen, clock };
}

test("it lists, watches from there, and tells its handlers", async () => {
  const script = new Script(
    { list: [pod("a", "5")], at: "7" },
    {
      events: [
        ["ADDED", pod("b", "8")],
        ["MODIFIED", pod("a", "9")],
        ["DELETED", pod("b", "10")],
      ],
      afterwards: "stay",
    },
  );
  const { informers, informer, seen } = await play(script);
  assert.deepEqual(seen, ["add a", "add b", "update a 5>9", "delete b"]);
  assert.deepEqual(script.asked, ["list 0", "watch 7"]);
  assert.equal(informer.lister.get("a", "team")?.metadata.resourceVersion, "9");
  assert.equal(informer.lister.byIndex("node", "n1").length, 1);
  assert.equal(informer.hasSynced, true);
  await informers.stop();
});

test("of metadata it keeps what an object is and who owns it, and takes whole objects where somebody has asked for them", async () => {
  const owned = pod("a", "5");
  Object.assign(owned.metadata, { managedFields: [{}], labels: { a: "b" }, ownerReferences: [{ uid: "o" }] });
  const script = new Script({ list: [owned], at: "7" }, { events: [["MODIFIED", pod("a", "9")]], afterwards: "stay" });
  const informers = new SharedInformerFactory(createClient(script), { clock: new HastyClock(), log });
  const informer = informers.informer(resources.pods, { metadataOnly: true });
  const seen: unknown[] = [];
  informer.addHandler({ add: (object) => seen.push(object), update: (object) => seen.push(object) });
  informers.start();
  await script.played.promise;
  await new Promise(setImmediate);
  const identity = { name: "a", namespace: "team", uid: "a" };
  const kind = { apiVersion: "v1", kind: "Pod" };
  assert.deepEqual(seen, [
    { ...kind, metadata: { ...identity, resourceVersion: "5", ownerReferences: [{ uid: "o" }] } },
    { ...kind, metadata: { ...identity, resourceVersion: "9" } },
  ]);
  await informers.stop();
  const others = new SharedInformerFactory(createClient(new Script()), { clock: new HastyClock(), log });
  assert.equal(others.informer(resources.nodes), others.informer(resources.nodes, { metadataOnly: true }));
  assert.notEqual(others.informer(resources.pods, { metadataOnly: true }), others.informer(resources.pods));
});

test("a watch that ends goes on where it was, bookmarks included", async () => {
  const script = new Script(
    { list: [], at: "7" },
    { events: [["BOOKMARK", pod("", "50")]], afterwards: "end" },
    { events: [], afterwards: "stay" },
  );
  const { informers, seen } = await play(script);
  assert.deepEqual(script.asked, ["list 0", "watch 7", "watch 50"]);
  assert.deepEqual(seen, []);
  await informers.stop();
});

test("after 410 it lists the newest, and tells only what changed meanwhile", async () => {
  const script = new Script(
    { list: [pod("a", "5"), pod("b", "6"), pod("c", "6")], at: "7" },
    { events: [], afterwards: gone },
    { list: [pod("a", "5"), pod("b", "20"), pod("d", "21")], at: "30" },
    { events: [], afterwards: "stay" },
  );
  const { informers, seen } = await play(script);
  assert.deepEqual(script.asked, ["list 0", "watch 7", "list ", "watch 30"]);
  assert.deepEqual(seen, ["add a", "add b", "add c", "delete c", "update b 6>20", "add d"]);
  await informers.stop();
});

test("another object under a known name is a delete and an add", async () => {
  const script = new Script(
    { list: [pod("a", "5", "first")], at: "7" },
    { events: [], afterwards: gone },
    { list: [pod("a", "9", "second")], at: "10" },
    { events: [], afterwards: "stay" },
  );
  const { informers, seen } = await play(script);
  assert.deepEqual(seen, ["add a", "delete a", "add a"]);
  await informers.stop();
});

test("failures wait longer each time, and an event ends the waiting", async () => {
  const broken = new Error("connection refused");
  const script = new Script(
    broken,
    broken,
    { list: [], at: "7" },
    broken,
    { events: [["ADDED", pod("a", "8")]], afterwards: broken },
    { events: [], afterwards: "stay" },
  );
  const { informers, clock } = await play(script);
  assert.deepEqual(clock.waits, [50, 100, 200, 50]);
  assert.deepEqual(script.asked, ["list 0", "list 0", "list 0", "watch 7", "watch 7", "watch 8"]);
  await informers.stop();
});

test("a server that ends each watch at once is not asked in a circle", async () => {
  const end: Answer = { events: [], afterwards: "end" };
  const { informers, clock } = await play(
    new Script({ list: [], at: "7" }, end, end, end, { events: [], afterwards: "stay" }),
  );
  assert.deepEqual(clock.waits, [50, 100, 200]);
  await informers.stop();
});

test("a handler that throws does not keep the others from hearing", async () => {
  const script = new Script(
    { list: [pod("a", "5")], at: "7" },
    { events: [["DELETED", pod("a", "8")]], afterwards: "stay" },
  );
  const informers = new SharedInformerFactory(createClient(script), { clock: new HastyClock(), log });
  const informer = informers.informer(resources.pods);
  const seen: string[] = [];
  informer.addHandler({
    add: () => {
      throw new Error("bug");
    },
  });
  informer.addHandler({ add: () => seen.push("add"), delete: () => seen.push("delete") });
  informers.start();
  await script.played.promise;
  await new Promise(setImmediate);
  assert.deepEqual(seen, ["add", "delete"]);
  await informers.stop();
});

test("a late handler is first told what is there; one that was removed hears no more", async () => {
  const script = new Script({ list: [pod("a", "5")], at: "7" }, { events: [], afterwards: "stay" });
  const { informers, informer } = await play(script);
  const seen: string[] = [];
  const remove = informer.addHandler({ add: ({ metadata }) => seen.push(metadata.name) });
  assert.deepEqual(seen, ["a"]);
  remove();
  assert.equal(informers.informer(resources.pods), informer, "one informer for all who ask");
  await informers.stop();
});
