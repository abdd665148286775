import assert from "node:assert/strict";
import { test } from "node:test";
import { canRunContainers, clusterOptions, type RawOptions } from "./options.ts";

const check = (raw: RawOptions) => clusterOptions({ runtime: "simulated", ...raw }, (name) => `/data/${name}`);
const refuses = (raw: RawOptions, message: string) =>
  assert.throws(() => check(raw), { name: "ClusterError", code: "bad-option", message });

test("options have their defaults, and a relative data folder is made absolute", () => {
  const { name, data, port, serviceCidr, podCidr } = check({});
  assert.deepEqual({ name, data, port }, { name: "kubets", data: "/data/kubets", port: 6443 });
  assert.deepEqual({ serviceCidr, podCidr }, { serviceCidr: "10.96.0.0/16", podCidr: "10.244.0.0/16" });
  assert.equal(check({ data: "here" }).data, `${process.cwd()}/here`);
});

test("a network is refused where it is none, has host bits, is too small, or overlaps the other", () => {
  const pods = (text: string) =>
    refuses({ podCidr: text }, `--pod-cidr takes an IPv4 network from /8 to /24, such as 10.244.0.0/16, not "${text}"`);
  for (const text of ["", "ten", "10.0.0.0", "10.0.0.256/16", "10.0.0.1/16", "10.0.0.0/25", "10.0.0.0/7", "fd00::/64"])
    pods(text);
  assert.equal(check({ serviceCidr: "192.168.192.0/28" }).serviceCidr, "192.168.192.0/28");
  refuses({ podCidr: "10.96.4.0/24" }, "--service-cidr 10.96.0.0/16 and --pod-cidr 10.96.4.0/24 overlap");
  refuses({ podCidr: "10.1.0.0/24", nodes: 2 }, "--pod-cidr 10.1.0.0/24 has room for 1 nodes, not for 2");
});

test("more nodes than the usual pod network has room for have a wider one", () => {
  assert.equal(check({ nodes: 56, simulatedNodes: 200 }).podCidr, "10.244.0.0/16");
  assert.equal(check({ nodes: 1, simulatedNodes: 5000 }).podCidr, "10.128.0.0/9");
  refuses(
    { podCidr: "10.244.0.0/16", nodes: 0, simulatedNodes: 257 },
    "--pod-cidr 10.244.0.0/16 has room for 256 nodes, not for 257",
  );
});

test("a published port is a host port and a node port", () => {
  assert.deepEqual(check({ publish: ["8080:30080"] }).publish, [{ hostPort: 8080, nodePort: 30080 }]);
  refuses({ publish: ["8080"] }, '--publish takes HOSTPORT:NODEPORT, not "8080"');
  refuses({ publish: ["8080:80"] }, '--publish NODEPORT takes a whole number from 30000 to 32767, not "80"');
  refuses({ publish: ["0:30080"] }, '--publish HOSTPORT takes a whole number from 1 to 65535, not "0"');
});

test("admission plugins are known or refused, in upstream's words", () => {
  const enableAdmissionPlugins = ["AlwaysPullImages,NamespaceExists", "DenyServiceExternalIPs"];
  const asked = check({ enableAdmissionPlugins, disableAdmissionPlugins: ["PodSecurity"] });
  assert.deepEqual(asked.enableAdmissionPlugins, ["AlwaysPullImages", "NamespaceExists", "DenyServiceExternalIPs"]);
  assert.deepEqual(asked.disableAdmissionPlugins, ["PodSecurity"]);
  refuses({ enableAdmissionPlugins: ["Foo"] }, 'enable-admission-plugins plugin "Foo" is unknown');
  refuses(
    { enableAdmissionPlugins: ["Priority"], disableAdmissionPlugins: ["Priority"] },
    "[Priority] in enable-admission-plugins and disable-admission-plugins overlapped",
  );
});

test("the audit log's path is made absolute, but for standard output", () => {
  assert.equal(check({ auditLogPath: "/a/../b.log" }).auditLogPath, "/b.log");
  assert.equal(check({ auditLogPath: "-" }).auditLogPath, "-");
});

test("what is to be served is known or refused, in upstream's words", () => {
  assert.equal(
    check({ runtimeConfig: ["api/beta=true", "apps/v1=true,v1=true"] }).runtimeConfig,
    "api/beta=true,apps/v1=true,v1=true",
  );
  refuses({ runtimeConfig: ["foo/v1=true", "bar/v2"] }, "--runtime-config: unknown api groups bar/v2,foo/v1");
});

test("a cluster without controllers has no nodes with real containers, which would wait for a pod network for ever", (t) => {
  if (!canRunContainers()) return t.skip("needs root on Linux");
  const message = "--without-controllers goes with --nodes 0: a node with real containers is never ready without them";
  refuses({ withoutControllers: true, runtime: "containerd" }, message);
  for (const raw of [{ nodes: 0, runtime: "containerd" }, { nodes: 1 }, { nodes: 0, simulatedNodes: 1 }])
    assert.equal(check({ withoutControllers: true, ...raw }).withoutControllers, true);
});

test("names, counts, ports and runtimes are checked", () => {
  refuses({ name: "Up/../" }, '--name takes up to 20 lower-case letters, digits and dashes, not "Up/../"');
  refuses({ nodes: "two" }, '--nodes takes a whole number from 0 to 5000, not "two"');
  refuses({ port: "65536" }, '--port takes a whole number from 0 to 65535, not "65536"');
  refuses({ runtime: "docker" }, '--runtime takes auto, containerd or simulated, not "docker"');
});
