import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { pino } from "pino";
import { type coordinationv1, formatMicroTime, isNotFound, resources } from "../../api/mod.ts";
import { createClient, FakeClock } from "../../client/mod.ts";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";
import { ServerLease, serverName } from "./server-lease.ts";

type Lease = coordinationv1.Lease;
const namespace = "kube-system";
const hour = 3_600_000;
let server: ServerUnderTest;

before(async () => {
  server = await startServer();
});
after(() => server.stop());

const leases = () => server.client.resource(resources.leases);
const read = (host: string): Promise<Lease | undefined> =>
  leases()
    .get(serverName(host), { namespace })
    .catch((error) => (isNotFound(error) ? undefined : Promise.reject(error)));

async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function started(host: string, clock: FakeClock) {
  const client = createClient(
    server.server.transport({ name: "system:apiserver", groups: ["system:masters"] }, "kube-apiserver"),
  );
  const lease = new ServerLease(
    { host, advertise: { host: "127.0.0.1", port: 6443 } },
    { client, clock, log: pino({ enabled: false }) },
  );
  lease.start();
  return lease;
}

test("a server tells that it lives by a Lease in kube-system, and renews it every ten seconds", async () => {
  const clock = new FakeClock();
  const lease = started("one", clock);
  clock.advance(1000);
  const made = await until(() => read("one"));
  assert.match(made.metadata.name, /^apiserver-[a-z2-7]{26}$/);
  assert.deepEqual(made.metadata.labels, {
    "apiserver.kubernetes.io/identity": "kube-apiserver",
    "kubernetes.io/hostname": "one",
  });
  assert.deepEqual(made.metadata.annotations, { "kubernetes.io/peer-advertise-address": "127.0.0.1:6443" });
  assert.equal(made.spec.leaseDurationSeconds, 3600);
  assert.equal(made.spec.renewTime, formatMicroTime(clock.now()));
  assert.ok(made.spec.holderIdentity?.startsWith(`${made.metadata.name}_`));
  assert.equal(made.metadata.managedFields?.[0]?.manager, "kube-apiserver");
  const renewed = await until(async () => {
    clock.advance(10_000);
    const found = await read("one");
    return found?.spec.renewTime !== made.spec.renewTime && found;
  });
  assert.equal(renewed.metadata.uid, made.metadata.uid);
  await lease.stop();
});

test("a server that starts again takes its Lease over, and one that was removed is made anew", async () => {
  const clock = new FakeClock(Date.UTC(2026, 1, 1));
  const first = started("two", clock);
  clock.advance(1000);
  const before = await until(() => read("two"));
  await first.stop();
  const second = started("two", clock);
  clock.advance(1000);
  const taken = await until(async () => {
    const found = await read("two");
    return found?.spec.holderIdentity !== before.spec.holderIdentity && found;
  });
  assert.equal(taken.metadata.uid, before.metadata.uid);
  await leases().delete(taken.metadata.name, { namespace });
  await until(async () => {
    clock.advance(10_000);
    return read("two");
  });
  await second.stop();
});

test("the Leases of servers that are gone for an hour are removed, those of others stay", async () => {
  const clock = new FakeClock(Date.UTC(2026, 2, 1));
  const labels = { "apiserver.kubernetes.io/identity": "kube-apiserver" };
  const make = (name: string, age: number, marks: Record<string, string> = labels) =>
    leases().create({
      metadata: { name, namespace, labels: marks },
      spec: { holderIdentity: name, leaseDurationSeconds: 3600, renewTime: formatMicroTime(clock.now() - age) },
    });
  await Promise.all([
    make("apiserver-old", 2 * hour),
    make("apiserver-new", hour / 2),
    make("other", 2 * hour, { "apiserver.kubernetes.io/identity": "sample" }),
  ]);
  const lease = started("three", clock);
  clock.advance(1000);
  const left = await until(async () => {
    const { items } = await leases().list({ namespace });
    const names = items.map(({ metadata }) => metadata.name);
    return !names.includes("apiserver-old") && names;
  });
  assert.ok(left.includes("apiserver-new") && left.includes("other"));
  await lease.stop();
});
