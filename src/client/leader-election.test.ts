import assert from "node:assert/strict";
import { test } from "node:test";
import pino from "pino";
import { type coordinationv1, StatusError } from "../api/mod.ts";
import { createClient } from "./client.ts";
import { FakeClock } from "./clock.ts";
import type { ApiRequest, Transport } from "./contract.ts";
import { heldSpec, LeaderElection, mayTake } from "./leader-election.ts";

type Lease = coordinationv1.Lease;
const log = pino({ level: "silent" });
const refuse = (code: number, reason: string) =>
  new StatusError({ apiVersion: "v1", kind: "Status", metadata: {}, status: "Failure", reason, code });

/** One lease, with the server's rule about resource versions. */
class LeaseServer implements Transport {
  lease: Lease | undefined;
  isDown = false;
  #version = 0;

  async request({ method, body }: ApiRequest): Promise<unknown> {
    if (this.isDown) throw new Error("connection refused");
    if (method === "GET" && !this.lease) throw refuse(404, "NotFound");
    if (method === "POST" && this.lease) throw refuse(409, "AlreadyExists");
    const given = body as Lease;
    if (method === "PUT" && given.metadata.resourceVersion !== this.lease?.metadata.resourceVersion)
      throw refuse(409, "Conflict");
    if (method !== "GET")
      this.lease = { ...given, metadata: { ...given.metadata, resourceVersion: `${++this.#version}` } };
    return this.lease;
  }

  watch(): never {
    throw new Error("no watches here");
  }
  stream(): never {
    throw new Error("no streams here");
  }
  async close(): Promise<void> {}
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
};

function candidate(identity: string, server: LeaseServer, clock: FakeClock) {
  const history: string[] = [];
  const lead = async (signal: AbortSignal): Promise<void> => {
    history.push("leads");
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    history.push("ended");
  };
  const signal = new AbortController().signal;
  const context = { client: createClient(server), log, clock, signal };
  const election = new LeaderElection({ name: "scheduler", namespace: "kube-system", identity, lead }, context);
  return { election, history };
}

/** Moves time on in the steps of the retries. */
async function wait(clock: FakeClock, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    clock.advance(1000);
    await settle();
  }
}

test("of two candidates one leads, and keeps leading while it renews", async () => {
  const [server, clock] = [new LeaseServer(), new FakeClock()];
  const [one, two] = [candidate("one", server, clock), candidate("two", server, clock)];
  await one.election.start();
  await settle();
  await two.election.start();
  await wait(clock, 60);
  assert.deepEqual([one.history, two.history], [["leads"], []]);
  assert.equal(server.lease?.spec?.holderIdentity, "one");
  assert.deepEqual([server.lease?.spec?.leaseTransitions, server.lease?.spec?.leaseDurationSeconds], [0, 15]);
  await Promise.all([one.election.stop(), two.election.stop()]);
});

test("a leader that stops gives the lease back, and the other leads within a retry", async () => {
  const [server, clock] = [new LeaseServer(), new FakeClock()];
  const [one, two] = [candidate("one", server, clock), candidate("two", server, clock)];
  await one.election.start();
  await settle();
  await two.election.start();
  await settle();
  await one.election.stop();
  assert.deepEqual(one.history, ["leads", "ended"]);
  await wait(clock, 3);
  assert.deepEqual(two.history, ["leads"]);
  assert.equal(server.lease?.spec?.leaseTransitions, 1);
  await two.election.stop();
});

test("a leader that cannot renew stops leading before its lease runs out, and leads again when it can", async () => {
  const [server, clock] = [new LeaseServer(), new FakeClock()];
  const { election, history } = candidate("one", server, clock);
  await election.start();
  await settle();
  server.isDown = true;
  await wait(clock, 14);
  assert.deepEqual(history, ["leads", "ended"]);
  server.isDown = false;
  await wait(clock, 3);
  assert.deepEqual(history, ["leads", "ended", "leads"]);
  await election.stop();
});

test("a lease whose holder is silent is taken after its duration, by the candidate's own clock", async () => {
  const [server, clock] = [new LeaseServer(), new FakeClock()];
  const spec = heldSpec(undefined, { identity: "dead", durationMs: 15_000, now: 0 });
  server.lease = {
    apiVersion: "v1",
    kind: "Lease",
    metadata: { name: "scheduler", resourceVersion: "x" },
    spec,
  } as Lease;
  const { election, history } = candidate("one", server, clock);
  await election.start();
  await wait(clock, 14);
  assert.deepEqual(history, []);
  await wait(clock, 4);
  assert.deepEqual(history, ["leads"]);
  await election.stop();
});

test("renewing keeps the time of taking; taking counts a transition", () => {
  const first = heldSpec(undefined, { identity: "one", durationMs: 15_000, now: 0 });
  assert.equal(first.acquireTime, "1970-01-01T00:00:00.000000Z");
  const renewed = heldSpec(first, { identity: "one", durationMs: 15_000, now: 2000 });
  assert.deepEqual(
    [renewed.acquireTime, renewed.renewTime, renewed.leaseTransitions],
    [first.acquireTime, "1970-01-01T00:00:02.000000Z", 0],
  );
  const taken = heldSpec(renewed, { identity: "two", durationMs: 15_000, now: 30_000 });
  assert.deepEqual([taken.acquireTime, taken.leaseTransitions], ["1970-01-01T00:00:30.000000Z", 1]);
  assert.equal(mayTake({ lease: { spec: taken } as Lease, since: 30_000 }, "one", 44_999), false);
  assert.equal(mayTake({ lease: { spec: taken } as Lease, since: 30_000 }, "one", 45_000), true);
});

test("a clock that is set hours ahead or back gives nobody another's lease, and keeps nobody from one that has run out", () => {
  const observed = { lease: { spec: { holderIdentity: "a", leaseDurationSeconds: 15 } } as Lease, since: 0 };
  const clock = new FakeClock();
  clock.jump(5 * 3_600_000);
  assert.equal(mayTake(observed, "b", clock.monotonic()), false);
  clock.jump(-10 * 3_600_000);
  clock.advance(15_000);
  assert.equal(mayTake(observed, "b", clock.monotonic()), true);
});
