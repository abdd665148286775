/** The containerd of one node: its own root, state, socket and CNI folder, so that nodes on one machine never meet. */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { parseCgroupMounts } from "../../node/cgroups/hierarchies.ts";
import {
  ordinaryHandler,
  type SandboxCommands,
  sandboxPrograms,
  sandboxRuntimeScript,
} from "../../node/cri/sandbox-runtime.ts";
import { releaseForgottenAddresses, type SandboxTraces } from "../../node/cri/shared-files.ts";
import { makeFolders, type NodePaths } from "../paths.ts";
import { programPath } from "../programs.ts";
import type { ChildOptions } from "./child.ts";

export const pauseImage = "registry.k8s.io/pause:3.10.2";

export function containerdConfig(paths: NodePaths): string {
  const quote = (text: string) => JSON.stringify(text);
  return `version = 2
root = ${quote(paths.containerdRoot)}
state = ${quote(paths.containerdState)}
oom_score = -500
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs", "io.containerd.internal.v1.tracing", "io.containerd.tracing.processor.v1.otlp",
]
[grpc]
  address = ${quote(paths.containerdSocket)}
[ttrpc]
  address = ${quote(`${paths.containerdSocket}.ttrpc`)}
[debug]
  level = "warn"
[plugins."io.containerd.internal.v1.opt"]
  path = ${quote(`${paths.containerdRoot}/opt`)}
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = ${quote(pauseImage)}
  netns_mounts_under_state_dir = true
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"
  tolerate_missing_hugetlb_controller = true
  enable_unprivileged_ports = true
  enable_unprivileged_icmp = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = ${quote(paths.cniPrograms)}
    conf_dir = ${quote(paths.cniConfig)}
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        BinaryName = ${quote(programPath("runc"))}
        Root = ${quote(paths.runcState)}
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.${ordinaryHandler}]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.${ordinaryHandler}.options]
        BinaryName = ${quote(paths.sandboxRuntime)}
        Root = ${quote(paths.runcState)}
`;
}

export const sandboxTraces = (paths: NodePaths): SandboxTraces => ({
  root: paths.containerdRoot,
  state: paths.containerdState,
  addresses: paths.cniData,
});

function writeSandboxRuntime(file: string): void {
  const commands = Object.fromEntries(sandboxPrograms.map((name) => [name, programPath(name)])) as SandboxCommands;
  const script = sandboxRuntimeScript(commands, parseCgroupMounts(readFileSync("/proc/self/mountinfo", "utf8")));
  // Shims of before may be starting it, and a shell be reading it: it changes at once, and the old one stays whole for who has it.
  for (const left of ["new", "failed"]) rmSync(`${file}.${left}`, { force: true });
  writeFileSync(`${file}.new`, script, { mode: 0o700 });
  renameSync(`${file}.new`, file);
}

/** Prepares the node's folders and says how its containerd is started inside a network namespace. */
export function containerdChild(
  role: string,
  paths: NodePaths,
  logFile: string,
  enter: readonly string[],
): ChildOptions {
  makeFolders(paths.containerdRoot, paths.containerdState, paths.cniConfig, paths.agentRoot);
  writeFileSync(paths.containerdConfig, containerdConfig(paths), { mode: 0o600 });
  writeSandboxRuntime(paths.sandboxRuntime);
  const [command, ...args] = [...enter, programPath("containerd"), "--config", paths.containerdConfig];
  return {
    role,
    command: command!,
    args,
    logFile,
    beforeStart: () => releaseForgottenAddresses(paths.containerdSocket, sandboxTraces(paths)),
    // The agent waits for the socket itself; containerd is given its head start.
    isReady: async () => {},
    stopTimeoutMs: 10_000,
  };
}
