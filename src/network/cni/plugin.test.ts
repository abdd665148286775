/** The plugin as the container runtime runs it, in network namespaces of the test's own. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { CommandError, ipJson, run } from "../commands.ts";
import { namespacesMissing, uniqueName } from "../testing/namespaces.ts";
import { cniConfiguration, writeCniConfiguration } from "./configuration.ts";
import type { PluginCommands } from "./plugin.ts";

const missing = namespacesMissing();
const portmap = ["/usr/lib/cni/portmap", "/opt/cni/bin/portmap"].find((file) => existsSync(file));

const sandboxId = (pod: string): string => createHash("sha256").update(pod).digest("hex");

interface Result {
  readonly ips: readonly { readonly address: string; readonly gateway: string; readonly version?: string }[];
  readonly msg?: string;
}

interface TestNode {
  readonly node: string;
  readonly addresses: string;
  pod(): Promise<string>;
  cni(command: string, pod: string, extra?: object): Promise<Result>;
}

async function setUp(t: TestContext, podNetwork: string): Promise<TestNode> {
  const name = uniqueName();
  const root = await mkdtemp(join(tmpdir(), "kubets-cni-"));
  const namespaces: string[] = [];
  t.after(async () => {
    for (const namespace of namespaces) await run("ip", ["netns", "delete", namespace]);
    await rm(root, { recursive: true });
  });
  const addNamespace = async (namespace: string) => {
    await run("ip", ["netns", "add", namespace]);
    namespaces.push(namespace);
    return namespace;
  };
  const node = `/run/netns/${await addNamespace(`${name}-node`)}`;
  const programs = join(root, "it's bin");
  await writeCniConfiguration(podNetwork, {
    folder: root,
    programs,
    dataFolder: root,
    mtu: 1400,
    commands: { portmap: portmap ?? "" },
  });
  await run("tee", ["/proc/sys/net/ipv4/ip_forward"], { namespace: node, input: "1" });
  const cni = async (command: string, pod: string, extra: object = {}): Promise<Result> => {
    const { plugins, ...rest } = cniConfiguration() as { readonly plugins: readonly object[] };
    const environment = [`CNI_COMMAND=${command}`, `CNI_CONTAINERID=${sandboxId(pod)}`, `CNI_NETNS=/run/netns/${pod}`];
    const args = [...environment, "CNI_IFNAME=eth0", `CNI_PATH=${programs}`, join(programs, "kubets")];
    const output = await run("env", args, {
      namespace: node,
      input: JSON.stringify({ ...rest, ...plugins[0], ...extra }),
    });
    return output === "" ? { ips: [] } : JSON.parse(output);
  };
  return { node, cni, addresses: join(root, "kubets"), pod: () => addNamespace(`${name}-pod${namespaces.length}`) };
}

const given = async (folder: string): Promise<string[]> => (await readdir(folder)).filter((name) => /^\d/.test(name));

interface Outcome {
  readonly status: number;
  readonly result: Partial<Result> & { readonly code?: number };
}

/** The plugin alone, its network programs replaced by ones that do nothing: what is left is the keeping of addresses. */
async function addressKeeping(t: TestContext, podNetwork: string, replaced: PluginCommands = {}) {
  const root = await mkdtemp(join(tmpdir(), "kubets-cni-"));
  t.after(() => rm(root, { recursive: true }));
  const programs = join(root, "bin");
  const commands = { ip: "/bin/true", nsenter: "/bin/true", ...replaced };
  await writeCniConfiguration(podNetwork, { folder: root, programs, dataFolder: root, commands });
  const call = async (command: string, pod: string, before = "", extra: object = {}): Promise<Outcome> => {
    const environment = [`CNI_COMMAND=${command}`, `CNI_CONTAINERID=${sandboxId(pod)}`, `CNI_NETNS=/run/netns/${pod}`];
    const script = `${before}\n"$0"; printf '\n%d' $?`;
    const args = [...environment, "CNI_IFNAME=eth0", "sh", "-c", script, join(programs, "kubets")];
    const output = await run("env", args, { input: JSON.stringify({ cniVersion: "0.4.0", name: "kubets", ...extra }) });
    const lines = output.trim().split("\n");
    const status = Number(lines.pop());
    return { status, result: JSON.parse(lines.join("\n") || "{}") };
  };
  return { addresses: join(root, "kubets"), call };
}

test("pods get addresses in turn, and reach the node and each other through it", { skip: missing }, async (t) => {
  const { node, pod, cni } = await setUp(t, "10.244.3.0/24");
  const [first, second] = [await pod(), await pod()];
  const results = [await cni("ADD", first), await cni("ADD", second)];
  assert.deepEqual(
    results.map(({ ips }) => [ips[0]!.address, ips[0]!.gateway]),
    [
      ["10.244.3.2/24", "10.244.3.1"],
      ["10.244.3.3/24", "10.244.3.1"],
    ],
  );
  await run("busybox", ["ping", "-c", "1", "-W", "2", "10.244.3.2"], { namespace: node });
  const inside = { namespace: `/run/netns/${second}` };
  for (const address of ["10.244.3.2", "10.244.3.1", "127.0.0.1"])
    await run("busybox", ["ping", "-c", "1", "-W", "2", address], inside);
  const routes = (await ipJson(["route"], inside)) as readonly { dst: string; gateway?: string }[];
  assert.deepEqual(
    routes.map(({ dst, gateway }) => [dst, gateway]),
    [
      ["default", "10.244.3.1"],
      ["10.244.3.0/24", "10.244.3.1"],
      ["10.244.3.1", undefined],
    ],
  );
  const [link] = (await ipJson(["link", "show", "eth0"], inside)) as readonly { mtu: number }[];
  assert.equal(link!.mtu, 1400);
});

test("an address is free again when its pod is gone, and given to others last", { skip: missing }, async (t) => {
  const { node, pod, cni, addresses } = await setUp(t, "10.244.3.0/29");
  const pods = [await pod(), await pod(), await pod(), await pod(), await pod()];
  const taken: string[] = [];
  for (const name of pods) taken.push((await cni("ADD", name)).ips[0]!.address);
  assert.deepEqual(taken, ["10.244.3.2/29", "10.244.3.3/29", "10.244.3.4/29", "10.244.3.5/29", "10.244.3.6/29"]);
  const late = await pod();
  await assert.rejects(cni("ADD", late), CommandError);
  await cni("DEL", pods[2]!);
  assert.deepEqual(await given(addresses), ["10.244.3.2", "10.244.3.3", "10.244.3.5", "10.244.3.6"]);
  assert.equal((await cni("ADD", late)).ips[0]!.address, "10.244.3.4/29");
  for (const name of [...pods, late]) await cni("DEL", name);
  await cni("DEL", late);
  assert.deepEqual(await given(addresses), []);
  const links = (await ipJson(["link"], { namespace: node })) as readonly { ifname: string }[];
  assert.deepEqual(
    links.map(({ ifname }) => ifname),
    ["lo"],
  );
});

test("a pod whose link cannot be made leaves no address behind, and the runtime is told why", {
  skip: missing,
}, async (t) => {
  const { cni, addresses } = await setUp(t, "10.244.3.0/24");
  await assert.rejects(cni("ADD", "nobody"), CommandError);
  assert.deepEqual(await given(addresses), []);
});

test("addresses that the distribution's plugin has given are kept, and freed with their pods", {
  skip: missing,
}, async (t) => {
  const { pod, cni, addresses } = await setUp(t, "10.244.3.0/24");
  await mkdir(addresses, { recursive: true });
  await writeFile(join(addresses, "10.244.3.2"), `${sandboxId("old-pod")}\r\neth0`);
  await writeFile(join(addresses, "last_reserved_ip.0"), "10.244.3.2");
  const name = await pod();
  assert.equal((await cni("ADD", name)).ips[0]!.address, "10.244.3.3/24");
  assert.equal(await readFile(join(addresses, "10.244.3.3"), "utf8"), `${sandboxId(name)}\neth0`);
  await cni("DEL", "old-pod");
  assert.deepEqual(await given(addresses), ["10.244.3.3"]);
});

test("pods that start together get an address each", async (t) => {
  const { addresses, call } = await addressKeeping(t, "10.244.3.0/24");
  const pods = Array.from({ length: 20 }, (_, index) => `pod-${index}`);
  const outcomes = await Promise.all(pods.map((pod) => call("ADD", pod)));
  assert.deepEqual(
    outcomes.filter(({ status }) => status !== 0),
    [],
  );
  assert.equal(new Set(outcomes.map(({ result }) => result.ips![0]!.address)).size, 20);
  assert.equal((await given(addresses)).length, 20);
  await Promise.all(pods.map((pod) => call("DEL", pod)));
  assert.deepEqual(await given(addresses), []);
});

test("what a power cut has left of the address given last does not keep pods from starting", async (t) => {
  const { addresses, call } = await addressKeeping(t, "10.244.3.0/24");
  const remains = ["", "\0\0\0\0", "10.244.3", "10.244.3.08", "10.244.3.*", "10.244.3.5.6", "999.1.1.1", "10.9.9.9"];
  for (const text of remains) {
    await writeFile(join(addresses, "last_reserved_ip.0"), text);
    const { status, result } = await call("ADD", "pod");
    assert.deepEqual([status, result.ips?.[0]?.address], [0, "10.244.3.2/24"], JSON.stringify(text));
    await call("DEL", "pod");
  }
  await writeFile(join(addresses, "last_reserved_ip.0"), "10.244.3.200");
  assert.equal((await call("ADD", "first")).result.ips?.[0]?.address, "10.244.3.201/24");
  assert.equal((await call("ADD", "second")).result.ips?.[0]?.address, "10.244.3.202/24");
});

test("a disk that takes no more says so and costs no address", async (t) => {
  const { addresses, call } = await addressKeeping(t, "10.244.3.0/24");
  const { status, result } = await call("ADD", "pod", "trap '' XFSZ; ulimit -f 0");
  assert.deepEqual([status, result.code], [1, 5]);
  assert.match(result.msg!, /^the address 10\.244\.3\.2 was not taken: .*tr: write error: File too large/);
  assert.deepEqual(await given(addresses), []);
  assert.equal((await call("ADD", "pod")).result.ips?.[0]?.address, "10.244.3.2/24");
  await rm(addresses, { recursive: true });
  const { result: gone } = await call("ADD", "pod");
  assert.equal(gone.code, 5);
  assert.match(gone.msg!, /No such file or directory|nonexistent/i);
});

test("ports of the node are left to the distribution's plugin", {
  skip: missing || portmap === undefined,
}, async (t) => {
  const { node, pod, cni } = await setUp(t, "10.244.3.0/24");
  const name = await pod();
  const ports = { runtimeConfig: { portMappings: [{ hostPort: 8080, containerPort: 80, protocol: "tcp" }] } };
  const prevResult = await cni("ADD", name, ports);
  assert.equal(prevResult.ips[0]!.address, "10.244.3.2/24");
  const rules = () => run("iptables", ["-t", "nat", "-S"], { namespace: node });
  assert.match(await rules(), /--dport 8080 .*10\.244\.3\.2:80/);
  await cni("CHECK", name, { ...ports, prevResult });
  await cni("DEL", name, ports);
  assert.doesNotMatch(await rules(), /8080/);
  await cni("DEL", name, ports);
});

/** Ends well as long as there is no file `broken` beside it. */
async function breakablePortmap(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "kubets-portmap-"));
  t.after(() => rm(folder, { recursive: true }));
  const program = join(folder, "portmap");
  const complaint = `printf '{"cniVersion":"0.4.0","code":7,"msg":"no rules"}'; exit 1`;
  await writeFile(program, `#!/bin/sh\nread -r conf\n[ -e ${folder}/broken ] || exit 0\n${complaint}\n`, {
    mode: 0o755,
  });
  const ip = join(folder, "ip");
  await writeFile(ip, `#!/bin/sh\necho "$1 $2" >>${folder}/calls\n`, { mode: 0o755 });
  return { commands: { portmap: program, ip }, broken: join(folder, "broken"), calls: join(folder, "calls") };
}

const withPorts = { runtimeConfig: { portMappings: [{ hostPort: 8080, containerPort: 80, protocol: "tcp" }] } };

test("an address that a port of the node still leads to is kept until the port is taken away", async (t) => {
  const { commands, broken, calls } = await breakablePortmap(t);
  const { addresses, call } = await addressKeeping(t, "10.244.3.0/24", commands);
  assert.equal((await call("ADD", "pod", "", withPorts)).status, 0);
  await writeFile(broken, "");
  const { status, result } = await call("DEL", "pod", "", withPorts);
  assert.deepEqual([status, result.code, result.msg], [1, 7, "no rules"]);
  assert.match(await readFile(calls, "utf8"), /link delete/);
  assert.deepEqual(await given(addresses), ["10.244.3.2"]);
  await rm(broken);
  assert.deepEqual(await call("DEL", "pod", "", withPorts), { status: 0, result: {} });
  assert.deepEqual(await given(addresses), []);
});

test("without the program for ports of the node, a pod that asks for some is refused and costs no address", async (t) => {
  const { addresses, call } = await addressKeeping(t, "10.244.3.0/24", { portmap: "/nonexistent/portmap" });
  for (const command of ["ADD", "DEL"]) {
    const { status, result } = await call(command, "pod", "", withPorts);
    assert.deepEqual([status, result.code], [1, 999]);
    assert.match(result.msg!, /portmap/);
  }
  assert.deepEqual(await given(addresses), []);
});

test("a check finds that the pod's network is there, and what of it is missing", { skip: missing }, async (t) => {
  const { node, pod, cni } = await setUp(t, "10.244.3.0/24");
  const name = await pod();
  const inside = { namespace: `/run/netns/${name}` };
  await assert.rejects(cni("CHECK", name), CommandError);
  await cni("ADD", name);
  await cni("CHECK", name);
  await run("ip", ["address", "flush", "dev", "eth0"], inside);
  await assert.rejects(cni("CHECK", name), CommandError);
  await run("ip", ["address", "add", "10.244.3.2/24", "dev", "eth0"], inside);
  await cni("CHECK", name);
  await run("ip", ["link", "delete", `veth${sandboxId(name).slice(0, 11)}`], { namespace: node });
  await assert.rejects(cni("CHECK", name), CommandError);
});

test("what the plugin does not know is refused by the code that CNI has for it", async (t) => {
  const { call } = await addressKeeping(t, "10.244.3.0/24");
  assert.deepEqual((await call("GC", "pod")).result.code, 4);
  assert.deepEqual((await call("ADD", "pod", "unset CNI_CONTAINERID")).result.code, 4);
  for (const cniVersion of ["0.2.0", "1.1.0", undefined])
    assert.deepEqual((await call("ADD", "pod", "", { cniVersion })).result.code, 1);
});

test("an address is told in the form of the version that was asked for", async (t) => {
  const { call } = await addressKeeping(t, "10.244.3.0/24");
  for (const [cniVersion, family] of [
    ["0.3.1", "4"],
    ["0.4.0", "4"],
    ["1.0.0", undefined],
  ] as const) {
    const { result } = await call("ADD", cniVersion, "", { cniVersion });
    assert.equal(result.ips![0]!.version, family);
  }
});

test("the runtime is told which versions the plugin speaks", { skip: missing }, async (t) => {
  const { cni } = await setUp(t, "10.244.3.0/24");
  const answer = (await cni("VERSION", "any")) as unknown as { readonly supportedVersions: readonly string[] };
  assert.ok(answer.supportedVersions.includes("0.4.0"));
});
