import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { resources } from "../../api/mod.ts";
import { MemoryObjects } from "../testing/objects.ts";
import { service, slice } from "../testing/service-objects.ts";
import type { DnsRecord } from "./records.ts";
import { InformedView } from "./view.ts";
import { Zone } from "./zone.ts";

const objects = new MemoryObjects();
const options = { domain: "cluster.local", ttl: 5, random: () => 0.999, serial: 1 };
const zone = new Zone(new InformedView(objects), options);

const ports = [
  { name: "http", port: 80, protocol: "TCP" },
  { name: "dns", port: 53, protocol: "UDP" },
];
objects.put(resources.services, service("web", { clusterIP: "10.96.0.7", clusterIPs: ["10.96.0.7"], ports }));
objects.put(resources.services, service("kube-dns", { clusterIP: "10.96.0.10", ports }, "kube-system"));
objects.put(resources.services, service("peers", { clusterIP: "None", clusterIPs: ["None"], ports }));
objects.put(
  resources.endpointslices,
  slice(
    "peers",
    [{ name: "http", port: 8080, protocol: "TCP" }],
    [
      { address: "10.244.0.5", hostname: "peers-0" },
      { address: "10.244.1.6" },
      { address: "10.244.1.7", hostname: "peers-2", ready: false },
    ],
  ),
);
objects.put(resources.endpointslices, slice("web", [{ name: "http", port: 8080 }], [{ address: "10.244.0.9" }]));
objects.put(resources.services, service("empty", { clusterIP: "None", ports }));
objects.put(resources.services, service("out", { type: "ExternalName", externalName: "Example.COM." }));

const questions = `
A web.default.svc.cluster.local
AAAA web.default.svc.cluster.local
SRV _http._tcp.web.default.svc.cluster.local
SRV _dns._udp.web.default.svc.cluster.local
SRV _none._tcp.web.default.svc.cluster.local
A peers.default.svc.cluster.local
A peers-0.peers.default.svc.cluster.local
A 10-244-1-6.peers.default.svc.cluster.local
A peers-2.peers.default.svc.cluster.local
SRV _http._tcp.peers.default.svc.cluster.local
SRV peers.default.svc.cluster.local
A empty.default.svc.cluster.local
A none.default.svc.cluster.local
A web.none.svc.cluster.local
A default.svc.cluster.local
A none.svc.cluster.local
A svc.cluster.local
A out.default.svc.cluster.local
A 10-244-0-9.default.pod.cluster.local
A nobody.default.pod.cluster.local
PTR 7.0.96.10.in-addr.arpa
PTR 5.0.244.10.in-addr.arpa
PTR 6.1.244.10.in-addr.arpa
PTR 9.0.244.10.in-addr.arpa
PTR 1.2.3.4.in-addr.arpa
TXT dns-version.cluster.local
SOA cluster.local
NS cluster.local
A ns.dns.cluster.local
A cluster.local
A else.cluster.local
A example.com
A notcluster.local
`;

function dataOf(record: DnsRecord): string {
  const { name: _name, ttl: _ttl, type: _type, ...data } = record;
  return Object.values(data).join(" ");
}

const line = (mark: string) => (record: DnsRecord) => `${mark} ${record.name} ${record.type} ${dataOf(record)}`;

function ask(question: string): string {
  const [type = "", name = ""] = question.split(" ");
  const found = zone.answer({ type, name });
  if (found.kind === "elsewhere") return "  elsewhere";
  if (found.kind === "alias") return `  alias to ${found.target}`;
  const { code, answers, authority = [], additional = [] } = found.answer;
  const records = [...answers.map(line("=")), ...authority.map(line("!")), ...additional.map(line("+"))];
  return [`  ${code === 0 ? "NOERROR" : "NXDOMAIN"}`, ...records.map((text) => `  ${text}`)].join("\n");
}

test("the zone answers as the golden list says", () => {
  const file = new URL("./testdata/zone.txt", import.meta.url);
  const text = questions
    .trim()
    .split("\n")
    .map((question) => `${question}\n${ask(question)}\n`)
    .join("");
  if (process.env["REWRITE"] === "1") writeFileSync(file, text);
  assert.equal(text, readFileSync(file, "utf8"));
});

test("addresses come in changing order", () => {
  const firsts = [0, 0.999].map((chance) => {
    const answer = new Zone(new InformedView(objects), { ...options, random: () => chance }).answer({
      type: "A",
      name: "peers.default.svc.cluster.local",
    });
    return answer.kind === "answer" && answer.answer.answers.map(dataOf)[0];
  });
  assert.deepEqual(firsts, ["10.244.1.6", "10.244.0.5"]);
});
