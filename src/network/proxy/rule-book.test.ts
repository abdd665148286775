import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import type { corev1, discoveryv1 } from "../../api/mod.ts";
import { type EndpointWords, service, slice } from "../testing/service-objects.ts";
import { staleConnections } from "./connections.ts";
import { serviceFragment } from "./fragment.ts";
import { RuleBook } from "./rule-book.ts";
import { serviceModel } from "./service-model.ts";

const podNetwork = "10.244.0.0/16";
const place = { name: "a", zone: "one" };

interface Step {
  readonly title: string;
  readonly service: corev1.Service;
  readonly slices: readonly discoveryv1.EndpointSlice[];
}

const http = [{ name: "http", port: 8080 }];
const one: EndpointWords = { address: "10.244.0.2", node: "a" };
const two: EndpointWords = { address: "10.244.1.2", node: "b" };

function step(title: string, spec: Record<string, unknown>, endpoints: readonly EndpointWords[]): Step {
  const ports = [{ name: "http", protocol: "TCP", port: 80 }];
  return {
    title,
    service: service("web", { clusterIP: "10.96.0.20", ports, ...spec }),
    slices: [slice("web", http, endpoints)],
  };
}

const nodePort = { type: "NodePort", ports: [{ name: "http", protocol: "TCP", port: 80, nodePort: 30080 }] };

const steps: readonly Step[] = [
  step("a Service without endpoints refuses", {}, []),
  step("its first endpoint comes", {}, [one]),
  step("a second, on another node", {}, [one, two]),
  step("the first is on its way out: the other takes all", {}, [{ ...one, ready: false, terminating: true }, two]),
  step("only one that is on its way out is left", {}, [{ ...one, ready: false, terminating: true }]),
  step("clients stick to their endpoint", { sessionAffinity: "ClientIP" }, [one, two]),
  step("a NodePort opens", nodePort, [one, two]),
  step("from outside only endpoints of this node", { ...nodePort, externalTrafficPolicy: "Local" }, [one, two]),
  step("and there is none here", { ...nodePort, externalTrafficPolicy: "Local" }, [two]),
  step("from inside only endpoints of this node, and there is none", { internalTrafficPolicy: "Local" }, [two]),
  step("external addresses", { externalIPs: ["192.0.2.7"] }, [one]),
  step("hints keep traffic on the node", {}, [
    { ...one, hintNodes: ["a"] },
    { ...two, hintNodes: ["b"] },
  ]),
  step("the Service becomes an external name", { type: "ExternalName", clusterIP: "", externalName: "x.test" }, []),
];

test("each change of a Service becomes the commands of the golden transcript", () => {
  const file = new URL("./testdata/one-service.txt", import.meta.url);
  const book = new RuleBook();
  const parts = steps.map(({ title, service, slices }) => {
    const commands = book.change(
      new Map([["default/web", serviceFragment(serviceModel(service, slices, place), podNetwork)]]),
    );
    const sweep = book.sweep().map((command) => `later: ${command}`);
    return `# ${title}\n${[...commands, ...sweep].join("\n")}\n`;
  });
  const text = parts.join("\n").replaceAll(" ip kubets-proxy ", " ");
  if (process.env["REWRITE"] === "1") writeFileSync(file, text);
  assert.equal(text, readFileSync(file, "utf8"));
});

const fragmentOf = ({ service, slices }: Step) => serviceFragment(serviceModel(service, slices, place), podNetwork);

test("nothing changes, nothing is said", () => {
  const book = new RuleBook();
  const same = step("", nodePort, [one, two]);
  book.change(new Map([["default/web", fragmentOf(same)]]));
  assert.deepEqual(book.change(new Map([["default/web", fragmentOf(same)]])), []);
});

test("of two Services with one external address the other takes over when the first goes", () => {
  const book = new RuleBook();
  const claim = (name: string) => {
    const spec = { clusterIP: name === "a" ? "10.96.0.1" : "10.96.0.2", externalIPs: ["192.0.2.7"] };
    const ports = [{ name: "http", protocol: "TCP", port: 80 }];
    return fragmentOf({ title: "", service: service(name, { ...spec, ports }), slices: [slice(name, http, [one])] });
  };
  book.change(
    new Map([
      ["default/a", claim("a")],
      ["default/b", claim("b")],
    ]),
  );
  const commands = book.change(new Map([["default/a", undefined]])).filter((line) => line.includes("192.0.2.7"));
  assert.deepEqual(commands, [
    "delete element ip kubets-proxy services { 10.96.0.1 . tcp . 80, 192.0.2.7 . tcp . 80 }",
    "add element ip kubets-proxy services { 192.0.2.7 . tcp . 80 : goto external-default/b/tcp/80 }",
  ]);
});

test("a rule name that is too long for the kernel is cut and stays unique", () => {
  const long = service(
    "s".repeat(63),
    { clusterIP: "10.96.0.1", ports: [{ protocol: "TCP", port: 80 }] },
    "n".repeat(63),
  );
  const slices = [slice("s".repeat(63), [{ port: 80 }], [one], "n".repeat(63))];
  const [name = ""] = fragmentOf({ title: "", service: long, slices }).chains.keys();
  assert.equal(name.length, 120);
});

test("UDP connections to a backend that is gone are forgotten, and all when the first backend comes", () => {
  const udp = (endpoints: readonly EndpointWords[]) =>
    serviceModel(
      service("dns", { clusterIP: "10.96.0.10", ports: [{ name: "dns", protocol: "UDP", port: 53 }] }),
      [slice("dns", [{ name: "dns", port: 53, protocol: "UDP" }], endpoints)],
      place,
    );
  const destination = "-D -f ipv4 -p udp --orig-dst 10.96.0.10 --orig-port-dst 53";
  const text = (lists: readonly (readonly string[])[]) => lists.map((args) => args.join(" "));
  assert.deepEqual(text(staleConnections(udp([two]), udp([]))), [
    `${destination} --reply-src 10.244.1.2 --reply-port-src 53`,
  ]);
  assert.deepEqual(text(staleConnections(udp([]), udp([two]))), [destination]);
  assert.deepEqual(staleConnections(udp([two]), udp([two])), []);
});

test("traffic goes to endpoints on real nodes only; where all are simulated the Service has none", () => {
  const web = service("web", { clusterIP: "10.96.0.1", ports: [{ name: "http", protocol: "TCP", port: 80 }] });
  const addresses = (...simulated: readonly string[]) => {
    const isSimulated = (name: string) => simulated.includes(name);
    const [model] = serviceModel(web, [slice("web", http, [one, two])], { ...place, isSimulated });
    return model!.backends.map(({ address }) => address);
  };
  assert.deepEqual(addresses(), ["10.244.0.2", "10.244.1.2"]);
  assert.deepEqual(addresses("b"), ["10.244.0.2"]);
  assert.deepEqual(addresses("a", "b"), []);
});
