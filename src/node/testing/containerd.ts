/** A containerd of its own in a network namespace of its own, for tests; and what a test needs to know to use it. */
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { access, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { removeCgroups } from "../cgroups/pod-cgroup.ts";
import { baseRuntimeSpec, chooseOciRuntime, type OciRuntime, ociCommand } from "../cri/oci-runtime.ts";
import type { LayerEntry } from "../images/layer.ts";
import { packEntries } from "../images/pack.ts";
import { removeFolder } from "../volumes/mount-table.ts";

const run = promisify(execFile);
const cniFolder = "/usr/lib/cni";
const needed = [
  "/usr/bin/containerd",
  "/usr/bin/ctr",
  `${cniFolder}/bridge`,
  "/usr/bin/nsenter",
  "/usr/bin/catatonit",
  "/bin/busybox",
];

/** Why tests on containerd cannot run here; nothing where they can. */
export async function missingForContainerd(): Promise<string | undefined> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "needs root on Linux";
  for (const file of needed) {
    const there = await access(file).then(
      () => true,
      () => false,
    );
    if (!there) return `needs ${file}`;
  }
  if (!ociRuntime()) return "needs crun or runc";
  return undefined;
}

export interface TestContainerd {
  readonly folder: string;
  readonly socket: string;
  readonly cgroupRoot: string;
  readonly pid: number;
  /** Runs a program inside the namespace. */
  readonly enter: readonly string[];
  stop(): Promise<void>;
}

const present = (file: string) => (existsSync(file) ? file : undefined);

function ociRuntime(): OciRuntime | undefined {
  const [containerd, crun, runc] = ["/usr/bin/containerd", "/usr/bin/crun", "/usr/sbin/runc"].map(present);
  return chooseOciRuntime({ containerd, crun, runc });
}

function config(folder: string): string {
  return `version = 2
root = "${folder}/root"
state = "${folder}/state"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
[grpc]
  address = "${folder}/containerd.sock"
[ttrpc]
  address = "${folder}/containerd.ttrpc"
[plugins."io.containerd.internal.v1.opt"]
  path = "${folder}/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.k8s.io/pause:3.10.2"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  enable_unprivileged_ports = true
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    base_runtime_spec = "${folder}/spec.json"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      BinaryName = "${ociCommand(ociRuntime()!, join(folder, "programs"))}"
      Root = "${folder}/oci"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${cniFolder}"
    conf_dir = "${folder}/cni"
`;
}

function podNetwork(folder: string): string {
  const ipam = {
    type: "host-local",
    dataDir: join(folder, "ipam"),
    ranges: [[{ subnet: "10.213.0.0/24" }]],
    routes: [{ dst: "0.0.0.0/0" }],
  };
  const bridge = { type: "bridge", bridge: "cni0", isGateway: true, hairpinMode: true, ipam };
  const portmap = { type: "portmap", capabilities: { portMappings: true } };
  return JSON.stringify({ cniVersion: "1.0.0", name: "kubets-test", plugins: [bridge, portmap] });
}

async function waitFor(what: string, ready: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await ready())) {
    if (Date.now() > end) throw new Error(`${what} did not come`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function startContainerd(): Promise<TestContainerd> {
  const folder = await mkdtemp(join(tmpdir(), "kubets-node-"));
  const name = `kubets-test-${process.pid}`;
  await run("ip", ["netns", "add", name]);
  const enter = ["nsenter", `--net=/var/run/netns/${name}`];
  await run(enter[0]!, [...enter.slice(1), "ip", "link", "set", "lo", "up"]);
  await mkdir(join(folder, "cni"));
  await writeFile(join(folder, "cni", "10-test.conflist"), podNetwork(folder));
  await writeFile(join(folder, "spec.json"), baseRuntimeSpec("/usr/bin/ctr"));
  await writeFile(join(folder, "config.toml"), config(folder));
  const socket = join(folder, "containerd.sock");
  const child = spawn(enter[0]!, [...enter.slice(1), "containerd", "--config", join(folder, "config.toml")], {
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const cgroupRoot = `/${name}`;
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    await endShims(folder);
    await removeFolder(folder);
    await run("ip", ["netns", "del", name]);
    await removeCgroups(cgroupRoot);
  };
  try {
    await waitFor("containerd", () =>
      run("ctr", ["--address", socket, "version"]).then(
        () => true,
        () => false,
      ),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { folder, socket, cgroupRoot, enter, stop, pid: child.pid! };
}

/** Containers outlive their containerd: what a failed test left is ended by the process id that its shim wrote down. */
async function endShims(folder: string): Promise<void> {
  const { stdout } = await run("ps", ["-eo", "pid,args"]);
  const pids = stdout
    .split("\n")
    .flatMap((line) => (line.includes(`${folder}/containerd.sock`) ? [Number.parseInt(line, 10)] : []));
  for (const pid of pids) {
    const { stdout: children } = await run("ps", ["-o", "pid=", "--ppid", String(pid)]).catch(() => ({ stdout: "" }));
    for (const child of children.split("\n").filter((text) => text.trim() !== "")) endProcess(Number(child));
    endProcess(pid);
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself meanwhile.
  }
}

export const testImage = "kubets.test/busybox:1";
const applets =
  "sh sleep cat ls echo httpd nc wget id env touch stat mount umount kill ps true false hostname grep date mkdir rm head tail seq dd nslookup ip printf test chmod readlink yes tr wc find chown ln";

async function* busyboxFiles(): AsyncIterable<LayerEntry> {
  yield { kind: "folder", path: "bin", mode: 0o755 };
  yield { kind: "folder", path: "tmp", mode: 0o1777 };
  yield { kind: "file", path: "bin/busybox", mode: 0o755, source: "/bin/busybox" };
  for (const applet of applets.split(" ")) yield { kind: "link", path: `bin/${applet}`, target: "busybox" };
}

/** An image with a shell, made from the machine's static busybox. */
export async function packTestImage(file: string): Promise<void> {
  await packEntries({ name: testImage, command: ["sh"] }, busyboxFiles(), file);
}
