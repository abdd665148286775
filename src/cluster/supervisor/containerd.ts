/** The containerd of one node: its own root, state, socket and CNI folder, so that nodes on one machine never meet. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { baseRuntimeSpec, type OciRuntime, ociCommand } from "../../node/cri/oci-runtime.ts";
import { releaseForgottenAddresses, type SandboxTraces } from "../../node/cri/shared-files.ts";
import { makeFolders, type NodePaths } from "../paths.ts";
import { programPath } from "../programs.ts";
import type { ChildOptions } from "./child.ts";

export const pauseImage = "registry.k8s.io/pause:3.10.2";

export function containerdConfig(paths: NodePaths, { name, program }: OciRuntime): string {
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
      base_runtime_spec = ${quote(paths.ociSpec)}
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        BinaryName = ${quote(program)}
        Root = ${quote(join(paths.ociState, name))}
`;
}

export const sandboxTraces = (paths: NodePaths): SandboxTraces => ({
  root: paths.containerdRoot,
  state: paths.containerdState,
  addresses: paths.cniData,
});

/** Prepares the node's folders and says how its containerd is started inside a network namespace. */
export function containerdChild(
  role: string,
  paths: NodePaths,
  ociRuntime: OciRuntime,
  logFile: string,
  enter: readonly string[],
): ChildOptions {
  makeFolders(paths.containerdRoot, paths.containerdState, paths.cniConfig, paths.agentRoot);
  writeFileSync(paths.ociSpec, baseRuntimeSpec(programPath("ctr")));
  const program = ociCommand(ociRuntime, paths.ociPrograms);
  writeFileSync(paths.containerdConfig, containerdConfig(paths, { ...ociRuntime, program }), { mode: 0o600 });
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
