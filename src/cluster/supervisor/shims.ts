/** containerd's shims: processes that keep containers when their containerd has gone, and their sockets, which lie outside of our folders. */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

const tasks = "containerd/io.containerd.runtime.v2.task/k8s.io";
const socketFolder = "/run/containerd/s/";

/** Found by the socket of this cluster that they name. */
export function shimProcesses(run: string): number[] {
  if (!existsSync("/proc/self/stat")) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const command = read(`/proc/${pid}/cmdline`).split("\0");
      return command[0]?.includes("containerd-shim") && command.some((word) => word.startsWith(`${run}/`));
    })
    .map(Number);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

const entries = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];

/** A shim that was killed leaves its socket; a container's bundle says which one it was. Only where no shim of the cluster runs. */
export function removeShimSockets(run: string): void {
  for (const bundle of entries(run).flatMap((node) => entries(join(node, tasks)))) {
    const socket = read(join(bundle, "address")).trim().replace("unix://", "");
    if (socket.startsWith(socketFolder)) rmSync(socket, { force: true });
  }
}
