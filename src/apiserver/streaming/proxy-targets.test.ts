import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryCluster } from "../../auth/testing/memory-cluster.ts";
import { forwardedPath, isProxyable, parseProxyName, proxyPath } from "./proxy-path.ts";
import { podTarget, serviceTarget } from "./proxy-targets.ts";

const metadata = (name: string) => ({ name, namespace: "shop" });
const targetRef = { kind: "Pod", name: "web", namespace: "shop" };
const ghost = { ip: "10.0.0.8", targetRef: { ...targetRef, name: "ghost" } };

const cluster = new MemoryCluster([
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: metadata("web"),
    spec: { containers: [{ name: "c", ports: [{ containerPort: 8080 }] }] },
    status: { podIP: "10.0.0.7", podIPs: [{ ip: "10.0.0.7" }] },
  },
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: metadata("local"),
    spec: { containers: [{ name: "c" }] },
    status: { podIP: "127.0.0.1" },
  },
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: metadata("ghost"),
    spec: { nodeName: "played", containers: [{ name: "c" }] },
    status: { podIP: "10.0.0.8" },
  },
  {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "played" },
    status: { nodeInfo: { containerRuntimeVersion: "simulated://1" } },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata("web"),
    spec: {
      ports: [
        { port: 80, name: "http" },
        { port: 443, name: "tls" },
      ],
    },
  },
  {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: metadata("web"),
    subsets: [
      {
        addresses: [{ ip: "10.0.0.66" }, { ip: "10.0.0.99", targetRef }, ghost, { ip: "10.0.0.7", targetRef }],
        ports: [{ name: "http", port: 8080 }],
      },
    ],
  },
  { apiVersion: "v1", kind: "Service", metadata: metadata("bare"), spec: { ports: [{ port: 80 }] } },
]);

function request(name: string) {
  const path = { verb: "get", group: "", version: "v1", rest: "" } as const;
  return { ...path, resource: "x", subresource: "proxy", namespace: "shop", name, inNamespace: true };
}

const pods = podTarget(cluster.client);
const services = serviceTarget(cluster.client, () => 0.5);
const server = async (found: Promise<{ server: string }>) => (await found).server;

test("a pod is reached at its own address, by the port asked for or its first", async () => {
  assert.equal(await server(pods(request("web"))), "http://10.0.0.7:8080");
  assert.equal(await server(pods(request("web:81"))), "http://10.0.0.7:81");
  assert.equal(await server(pods(request("https:web:443"))), "https://10.0.0.7:443");
  await assert.rejects(pods(request("ftp:web:1")), { message: 'invalid pod request "ftp:web:1"' });
  await assert.rejects(pods(request("local:80")), { message: "address not allowed" });
  await assert.rejects(pods(request("nobody")), /not found/);
});

test("a port is a number: it names no other server", async () => {
  for (const port of ["80@169.254.169.254", "80#", "a", "65536", "-1"])
    await assert.rejects(pods(request(`web:${port}`)), {
      message: `error trying to reach service: dial tcp: lookup tcp/${port}: unknown port`,
    });
});

test("nothing is sent to the address of a simulated pod", async () => {
  await assert.rejects(pods(request("ghost:80")), {
    message: "error trying to reach service: pod ghost is simulated: nothing listens in it",
  });
});

test("a service is reached at an endpoint that really is a pod and not simulated, by port name or number", async () => {
  assert.equal(await server(services(request("web:http"))), "http://10.0.0.7:8080");
  assert.equal(await server(services(request("web:80"))), "http://10.0.0.7:8080");
  assert.equal(await server(services(request("https:web:http"))), "https://10.0.0.7:8080");
  const none = (name: string) => ({ message: `no endpoints available for service "${name}"` });
  await assert.rejects(services(request("web:tls")), none("web:tls"));
  await assert.rejects(services(request("web")), none("web"));
  await assert.rejects(services(request("web:9")), { message: 'no service port 9 found for service "web"' });
  await assert.rejects(services(request("bare")), { message: 'services "bare" not found' });
});

test("names say scheme, name and port", () => {
  assert.deepEqual(parseProxyName("https:web:"), { scheme: "https", name: "web", port: "" });
  assert.deepEqual(parseProxyName("web:"), { scheme: "", name: "web", port: "" });
  for (const bad of ["", ":80", "a:b:c:d", "ftp:a:b", "http::80"]) assert.equal(parseProxyName(bad), undefined, bad);
});

test("the path behind the proxy is what upstream makes of it: read, cleaned, written again, with its trailing slash", () => {
  const prefix = "/api/v1/namespaces/n/pods/p/proxy";
  const inNamespace = { inNamespace: true };
  assert.deepEqual(proxyPath(`${prefix}/a%2Fb//?q`, inNamespace), { prefix, path: "/a/b/", query: "?q" });
  const paths = {
    "/a/../b": "/b",
    "/%2e%2e/%2E/x/": "/x/",
    "/a%20b(c)+d:e%3F": "/a%20b%28c%29+d:e%3F",
    "/%zz": "/%zz",
  };
  for (const [came, sent] of Object.entries(paths)) assert.equal(forwardedPath(came), sent);
  assert.deepEqual(proxyPath(prefix, inNamespace), { prefix, path: "", query: "" });
  const nodes = "/api/v1/nodes/n/proxy";
  assert.deepEqual(proxyPath(`${nodes}/`, { inNamespace: false }), { prefix: nodes, path: "/", query: "" });
});

test("addresses of the API server's own machine are not proxied to", () => {
  const refused = ["", "127.0.0.1", "127.9.9.9", "::1", "169.254.169.254", "fe80::1", "::ffff:127.0.0.1"];
  const crowds = ["0.0.0.0", "::", "255.255.255.255", "224.0.0.5", "239.1.1.1", "ff05::2", "::ffff:7f00:1"];
  for (const address of [...refused, ...crowds, "localhost", "LOCALHOST.", "a.localhost"])
    assert.equal(isProxyable(address), false, address);
  for (const address of ["10.0.0.1", "192.168.1.1", "fd00::1", "node-1", "localhost.example"])
    assert.equal(isProxyable(address), true, address);
});
