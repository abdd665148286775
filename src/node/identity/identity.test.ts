import assert from "node:assert/strict";
import { test } from "node:test";
import { podOf } from "../testing/pods.ts";
import { kernelHostname, podHostname } from "./hostname.ts";
import { hostNetworkHostsFile, podHostsFile } from "./hosts-file.ts";
import { parseResolverConfig, podResolverConfig } from "./resolver-config.ts";

const node = {
  name: "n1",
  addresses: ["192.0.2.1"],
  clusterDns: ["10.96.0.10"],
  clusterDomain: "cluster.local",
  rootDirectory: "/",
  cgroupRoot: "",
  allocatable: {},
  memoryCapacityBytes: 1,
};
const host = parseResolverConfig("# comment\nnameserver 192.0.2.53\nsearch example.org .\noptions timeout:1 edns0\n");

test("a pod is named as it says, or as its object, cut to what the kernel takes", () => {
  assert.deepEqual(podHostname(podOf({}, { name: "web-0" }), node), { hostname: "web-0" });
  assert.equal(podHostname(podOf({}, { name: `${"a".repeat(62)}.b` }), node).hostname, "a".repeat(62));
  const named = podOf({ hostname: "db", subdomain: "data" });
  assert.deepEqual(podHostname(named, node), { hostname: "db", domain: "data.team.svc.cluster.local" });
  assert.equal(kernelHostname(named, node), "db");
  assert.equal(
    kernelHostname(podOf({ hostname: "db", subdomain: "data", setHostnameAsFQDN: true }), node),
    "db.data.team.svc.cluster.local",
  );
  assert.equal(kernelHostname(podOf({ hostNetwork: true }), node), "");
});

test("the hosts file has the pod's names and its aliases", () => {
  const pod = podOf({ hostAliases: [{ ip: "1.2.3.4", hostnames: ["a", "b"] }] });
  const file = podHostsFile(pod, ["10.0.0.5"], { hostname: "db", domain: "data.team.svc.cluster.local" });
  assert.match(file, /^# Kubernetes-managed hosts file\.\n127\.0\.0\.1\tlocalhost\n/);
  assert.match(file, /\n10\.0\.0\.5\tdata|\n10\.0\.0\.5\tdb\.data\.team\.svc\.cluster\.local\tdb\n/);
  assert.match(file, /\n# Entries added by HostAliases\.\n1\.2\.3\.4\ta\tb\n$/);
  assert.equal(
    hostNetworkHostsFile(podOf({}), "127.0.0.1 x\n"),
    "# Kubernetes-managed hosts file (host network).\n127.0.0.1 x\n",
  );
});

test("by default a pod asks the cluster's DNS and searches its own namespace first", () => {
  assert.deepEqual(podResolverConfig(podOf({}), node, host), {
    servers: ["10.96.0.10"],
    searches: ["team.svc.cluster.local", "svc.cluster.local", "cluster.local", "example.org"],
    options: ["ndots:5"],
  });
});

test("other policies take the node's configuration, or the pod's own alone", () => {
  assert.deepEqual(podResolverConfig(podOf({ dnsPolicy: "Default" }), node, host), host);
  assert.deepEqual(podResolverConfig(podOf({ hostNetwork: true }), node, host), host);
  assert.equal(
    podResolverConfig(podOf({ hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" }), node, host).servers[0],
    "10.96.0.10",
  );
  const dnsConfig = {
    nameservers: ["1.1.1.1"],
    searches: ["my.org"],
    options: [{ name: "ndots", value: "2" }, { name: "edns0" }],
  };
  assert.deepEqual(podResolverConfig(podOf({ dnsPolicy: "None", dnsConfig }), node, host), {
    servers: ["1.1.1.1"],
    searches: ["my.org"],
    options: ["ndots:2", "edns0"],
  });
});

test("a pod's own options and searches join the cluster's, its option stands, limits hold", () => {
  const searches = Array.from({ length: 40 }, (_, i) => `d${i}.org`);
  const dnsConfig = {
    nameservers: ["1.1.1.1", "1.1.1.2", "1.1.1.3"],
    searches,
    options: [{ name: "ndots", value: "1" }],
  };
  const config = podResolverConfig(podOf({ dnsConfig }), node, host);
  assert.deepEqual(config.servers, ["10.96.0.10", "1.1.1.1", "1.1.1.2"]);
  assert.equal(config.searches.length, 32);
  assert.deepEqual(config.options, ["ndots:1"]);
});
