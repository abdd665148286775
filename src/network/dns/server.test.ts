/** Whole queries over real sockets of the loopback interface. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { Resolver as Client } from "node:dns/promises";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { after, before, describe, test } from "node:test";
import pino from "pino";
import { resources } from "../../api/mod.ts";
import { MemoryObjects } from "../testing/objects.ts";
import { service, slice } from "../testing/service-objects.ts";
import { decodePacket, encodeQuery } from "./packet.ts";
import { Resolver } from "./resolver.ts";
import { DnsServer } from "./server.ts";
import { parseResolvConf, Upstream } from "./upstream.ts";
import { InformedView } from "./view.ts";
import { Zone } from "./zone.ts";

const log = pino({ level: "silent" });

function serverFor(objects: MemoryObjects, domain: string, upstream: Upstream): DnsServer {
  const zone = new Zone(new InformedView(objects), { domain, ttl: 5, random: Math.random, serial: 1 });
  return new DnsServer({ address: "127.0.0.1", port: 0, resolver: new Resolver(zone, upstream), log });
}

describe("dns server", () => {
  const objects = new MemoryObjects();
  const outside = new MemoryObjects();
  /** Plays the world outside: a zone of another name. */
  const world = serverFor(outside, "test", new Upstream([]));
  let server: DnsServer;
  let lonely: DnsServer;
  let client: Client;

  before(async () => {
    const ports = [{ name: "http", port: 80, protocol: "TCP" }];
    objects.put(resources.services, service("web", { clusterIP: "10.96.0.7", ports }));
    objects.put(resources.services, service("many", { clusterIP: "None", ports }));
    const many = Array.from({ length: 60 }, (_, at) => ({ address: `10.244.0.${at + 1}` }));
    objects.put(resources.endpointslices, slice("many", [{ name: "http", port: 80 }], many));
    objects.put(
      resources.services,
      service("inside", { type: "ExternalName", externalName: "web.default.svc.cluster.local" }),
    );
    objects.put(resources.services, service("out", { type: "ExternalName", externalName: "site.world.svc.test" }));
    objects.put(resources.services, service("six", { clusterIP: "fd00::7", clusterIPs: ["fd00::7"], ports }));
    outside.put(resources.services, service("site", { clusterIP: "192.0.2.1", ports }, "world"));
    await world.start();
    server = serverFor(objects, "cluster.local", new Upstream([{ address: "127.0.0.1", port: world.port }]));
    lonely = serverFor(objects, "cluster.local", new Upstream([]));
    await server.start();
    await lonely.start();
    client = new Client();
    client.setServers([`127.0.0.1:${server.port}`]);
  });

  after(() => Promise.all([server, lonely, world].map((one) => one.stop())));

  test("an ordinary client resolves addresses, ports, names of addresses and IPv6", async () => {
    assert.deepEqual(await client.resolve4("web.default.svc.cluster.local"), ["10.96.0.7"]);
    assert.deepEqual(await client.resolve4("WEB.Default.svc.cluster.local"), ["10.96.0.7"]);
    assert.deepEqual(await client.resolve6("six.default.svc.cluster.local"), ["fd00::7"]);
    const [record] = await client.resolveSrv("_http._tcp.web.default.svc.cluster.local");
    assert.deepEqual([record?.name, record?.port], ["web.default.svc.cluster.local", 80]);
    assert.deepEqual(await client.reverse("10.96.0.7"), ["web.default.svc.cluster.local"]);
    await assert.rejects(client.resolve4("none.default.svc.cluster.local"), { code: "ENOTFOUND" });
    await assert.rejects(client.resolve6("web.default.svc.cluster.local"), { code: "ENODATA" });
  });

  test("an external name is followed, inside the cluster and outside", async () => {
    assert.deepEqual(await client.resolveCname("out.default.svc.cluster.local"), ["site.world.svc.test"]);
    assert.deepEqual(await client.resolve4("inside.default.svc.cluster.local"), ["10.96.0.7"]);
    assert.deepEqual(await client.resolve4("out.default.svc.cluster.local"), ["192.0.2.1"]);
  });

  test("other names are asked of the servers above; without any they do not exist", async () => {
    assert.deepEqual(await client.resolve4("site.world.svc.test"), ["192.0.2.1"]);
    const alone = new Client();
    alone.setServers([`127.0.0.1:${lonely.port}`]);
    await assert.rejects(alone.resolve4("example.com"), { code: "ENOTFOUND" });
  });

  test("what is too long for a datagram is marked, and comes whole over TCP", async () => {
    const query = encodeQuery(7, "many.default.svc.cluster.local", "A");
    const short = decodePacket(await askUdp(server.port, query))!;
    assert.deepEqual([short.answers.length, (short.flags & 0x200) !== 0], [0, true]);
    assert.equal(decodePacket(await askTcp(server.port, query))!.answers.length, 60);
    assert.equal((await client.resolve4("many.default.svc.cluster.local")).length, 60);
  });

  test("what is no query is refused or left alone, and the server goes on", async () => {
    const broken = Buffer.from([0, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 63]);
    assert.equal(decodePacket(await askUdp(server.port, broken))?.rcode, "FORMERR");
    const notify = encodeQuery(3, "web.default.svc.cluster.local", "A");
    notify.writeUInt16BE(4 << 11, 2);
    assert.equal(decodePacket(await askUdp(server.port, notify))?.rcode, "NOTIMP");
    assert.deepEqual(await client.resolve4("web.default.svc.cluster.local"), ["10.96.0.7"]);
  });
});

test("resolv.conf names the servers above, but not this one", () => {
  const text =
    "# comment\nnameserver 192.0.2.1\nsearch a.test\n nameserver\t10.96.0.10\nnameserver bad\nnameserver fe80::1%eth0\n";
  assert.deepEqual(parseResolvConf(text, ["10.96.0.10"]), [
    { address: "192.0.2.1", port: 53 },
    { address: "fe80::1%eth0", port: 53 },
  ]);
});

test("a port that somebody has for connections is refused, and its datagrams are left to others", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  const zone = new Zone(new InformedView(new MemoryObjects()), {
    domain: "test",
    ttl: 5,
    random: Math.random,
    serial: 1,
  });
  const refused = new DnsServer({ address: "127.0.0.1", port, resolver: new Resolver(zone, new Upstream([])), log });
  await assert.rejects(refused.start(), { code: "EADDRINUSE" });
  await refused.stop();
  const datagrams = createSocket("udp4").bind(port, "127.0.0.1");
  await once(datagrams, "listening");
  datagrams.close();
  taken.close();
});

async function askUdp(port: number, query: Buffer): Promise<Buffer> {
  const socket = createSocket("udp4");
  try {
    socket.send(query, port, "127.0.0.1");
    const [message] = (await once(socket, "message")) as [Buffer];
    return message;
  } finally {
    socket.close();
  }
}

async function askTcp(port: number, query: Buffer): Promise<Buffer> {
  const socket = connect({ host: "127.0.0.1", port });
  const length = Buffer.alloc(2);
  length.writeUInt16BE(query.length, 0);
  socket.write(Buffer.concat([length, query]));
  let received = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk as Buffer]);
    if (received.length >= 2 + received.readUInt16BE(0)) break;
  }
  return received.subarray(2);
}
