import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";
import { AddressRange } from "./address-range.ts";
import { ClusterAddresses } from "./cluster-addresses.ts";
import { NumberPool } from "./number-pool.ts";
import { ServiceAllocation } from "./service-allocation.ts";

test("a range counts its addresses in both families", () => {
  const small = new AddressRange("10.96.0.0/24");
  assert.deepEqual([small.address(1), small.address(254), small.last], ["10.96.0.1", "10.96.0.254", 254]);
  assert.deepEqual(
    [small.offset("10.96.0.7"), small.offset("10.96.0.0"), small.offset("10.96.1.1")],
    [7, undefined, undefined],
  );
  const long = new AddressRange("fd00:10:96::/112");
  assert.deepEqual(
    [long.address(1), long.address(0xabc), long.offset("fd00:10:96::abc")],
    ["fd00:10:96::1", "fd00:10:96::abc", 0xabc],
  );
  assert.throws(() => new AddressRange("10.96.0.0"), RangeError);
});

test("a pool serves its upper part first and nothing twice", () => {
  const pool = new NumberPool({ first: 1, last: 10, reserved: 4 });
  const upper = Array.from({ length: 6 }, () => pool.takeAny());
  assert.deepEqual(
    upper.sort((a, b) => a! - b!),
    [5, 6, 7, 8, 9, 10],
  );
  const lower = Array.from({ length: 4 }, () => pool.takeAny());
  assert.deepEqual(lower.sort(), [1, 2, 3, 4]);
  assert.equal(pool.takeAny(), undefined);
  pool.release(7);
  assert.equal(pool.take(7), true);
});

let api: ServerUnderTest;
before(async () => {
  api = await startServer();
});
after(() => api.stop());

const services = "/api/v1/namespaces/default/services";
// Addresses that a test asks for are of the first sixteen, which are not given out unasked.
const ports = [{ port: 80 }];
const make = (name: string, spec: object) =>
  api.ask("POST", services, { body: { metadata: { name }, spec: { ports, ...spec } } });

test("the API's own service has the first address, and nobody else gets it", async () => {
  const own = await api.ask("GET", `${services}/kubernetes`);
  assert.equal(own.body.spec.clusterIP, "10.96.0.1");
  const { status, body } = await make("thief", { clusterIP: "10.96.0.1" });
  assert.equal(status, 422);
  assert.equal(
    body.message,
    'Service "thief" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.1"]: failed to allocate IP 10.96.0.1: provided IP is already allocated',
  );
});

test("what a service had is free when it is gone", async () => {
  const wanted = { type: "NodePort", clusterIP: "10.96.0.9", ports: [{ port: 80, nodePort: 30_001 }] };
  assert.equal((await make("first", wanted)).status, 201);
  assert.equal((await make("second", wanted)).status, 422);
  await api.ask("DELETE", `${services}/first`);
  assert.equal((await make("second", wanted)).status, 201);
});

test("the endpoints of a service go with it, and those that are held by a finalizer are marked", async () => {
  const endpoints = "/api/v1/namespaces/default/endpoints";
  for (const [name, finalizers] of [
    ["lone", []],
    ["held", ["a.example/b"]],
  ] as const) {
    await make(name, {});
    await api.ask("POST", endpoints, { body: { metadata: { name, finalizers } } });
    await api.ask("DELETE", `${services}/${name}?dryRun=All`);
    assert.equal((await api.ask("GET", `${endpoints}/${name}`)).body.metadata.deletionTimestamp, undefined);
    await api.ask("DELETE", `${services}/${name}`);
  }
  assert.equal((await api.ask("GET", `${endpoints}/lone`)).status, 404);
  assert.equal((await api.ask("GET", `${endpoints}/held`)).body.metadata.deletionGracePeriodSeconds, 0);
});

test("a refused service takes nothing with it", async () => {
  const wrong = { type: "NodePort", clusterIP: "10.96.0.10", ports: [{ port: 80, nodePort: 80 }] };
  const { body } = await make("refused", wrong);
  assert.match(body.message, /The range of valid ports is 30000-32767$/);
  assert.equal((await make("refused", { clusterIP: "10.96.0.10" })).status, 201);
});

test("node ports come and go with the type", async () => {
  await make("changing", {});
  const change = (spec: object) =>
    api.ask("PATCH", `${services}/changing`, { type: "application/merge-patch+json", body: { spec } });
  const open = await change({ type: "NodePort" });
  const { nodePort } = open.body.spec.ports[0];
  assert.ok(nodePort >= 30_000 && nodePort <= 32_767);
  const closed = await change({ type: "ClusterIP" });
  assert.equal(closed.body.spec.ports[0].nodePort, undefined);
  assert.equal((await make("heir", { type: "NodePort", ports: [{ port: 80, nodePort }] })).status, 201);
});

test("the ports of a service are not looked at again for each of the others", async () => {
  const readings = async (count: number) => {
    let read = 0;
    const get = (target: object, key: string | symbol) => {
      read++;
      return Reflect.get(target, key);
    };
    const port = (i: number) => ({ port: 80, nodePort: 30_000, protocol: i === 0 ? "TCP" : "UDP" });
    const twins = new Proxy(
      Array.from({ length: count }, (_, i) => port(i)),
      { get },
    );
    const spec = { type: "NodePort", ports: twins };
    const allocation = new ServiceAllocation(
      new ClusterAddresses(["10.96.0.0/24"]),
      { first: 30_000, last: 32_767 },
      {} as never,
    );
    await allocation.beforeCreate({ metadata: { name: "a" }, spec } as never, true);
    return read;
  };
  const [few, ten] = [await readings(40), await readings(400)];
  assert.ok(few >= 40 && ten < 15 * few, `40 ports: ${few} readings, 400: ${ten}`);
});

test("a dry run takes nothing", async () => {
  const wanted = { clusterIP: "10.96.0.11", ports };
  await api.ask("POST", `${services}?dryRun=All`, { body: { metadata: { name: "dry" }, spec: wanted } });
  assert.equal((await make("dry", wanted)).status, 201);
});

test("after a restart what stored services have is taken", async () => {
  const again = await startServer({ store: api.store });
  const body = { metadata: { name: "late" }, spec: { clusterIP: "10.96.0.9", ports } };
  assert.equal((await again.ask("POST", services, { body })).status, 422);
  await again.stop();
});

test("a ServiceCIDR opens its addresses at once, and closes them when it goes", async () => {
  const cidrs = "/apis/networking.k8s.io/v1/servicecidrs";
  const outside = await make("further", { clusterIP: "10.97.0.7" });
  assert.match(outside.body.message, /the provided network does not match the current range$/);
  const body = { metadata: { name: "further" }, spec: { cidrs: ["10.97.0.0/24"] } };
  assert.equal((await api.ask("POST", cidrs, { body })).status, 201);
  assert.equal((await make("further", { clusterIP: "10.97.0.7" })).status, 201);
  assert.match((await make("other", { clusterIP: "10.97.0.0" })).body.message, /does not match the current range$/);
  await api.ask("DELETE", `${cidrs}/further`);
  assert.match((await make("other", { clusterIP: "10.97.0.8" })).body.message, /does not match the current range$/);
  await api.ask("DELETE", `${services}/further`);
});

test("ranges that overlap give an address away once, and a full one is followed by the next", () => {
  const addresses = new ClusterAddresses(["10.0.0.0/30"]);
  addresses.setFurtherRanges(["10.0.0.0/29"]);
  assert.equal(addresses.take("10.0.0.1"), undefined);
  assert.equal(addresses.take("10.0.0.1"), "provided IP is already allocated");
  const rest = Array.from({ length: 5 }, () => addresses.takeAny("IPv4"));
  assert.deepEqual(new Set(rest).size, 5);
  assert.equal(addresses.takeAny("IPv4"), undefined);
  addresses.release("10.0.0.5");
  addresses.setFurtherRanges([]);
  assert.equal(addresses.take("10.0.0.5"), "the provided network does not match the current range");
  addresses.setFurtherRanges(["10.0.0.4/30"]);
  assert.equal(addresses.takeAny("IPv4"), "10.0.0.5");
});

test("what two stored services have is told by an event, and how much is taken by metrics", async () => {
  const { body } = await make("doubled", { clusterIP: "10.96.0.12" });
  const twin = { ...body, metadata: { ...body.metadata, name: "twin", uid: "twin", resourceVersion: undefined } };
  const key = "/registry/core/services/default/twin";
  await api.store.write({ key, expected: 0, value: Buffer.from(JSON.stringify(twin)) });
  while ((await api.ask("GET", `${services}/twin`)).status !== 200) await new Promise(setImmediate);
  api.server.repairAllocations();
  const events = "/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Dtwin";
  for (;;) {
    const { items } = (await api.ask("GET", events)).body;
    if (items.length > 0) {
      assert.equal(items[0].reason, "ClusterIPAlreadyAllocated");
      break;
    }
    await new Promise(setImmediate);
  }
  const { text } = await api.ask("GET", "/metrics");
  assert.match(text, /apiserver_clusterip_repair_ip_errors_total\{type="duplicate"\} 1/);
  assert.match(text, /kube_apiserver_clusterip_allocator_allocated_ips\{cidr="10\.96\.0\.0\/24"\} \d+/);
});
