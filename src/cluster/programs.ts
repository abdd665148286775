/** What real containers need of the machine: programs, and a folder from which programs can be run. */
import { accessSync, constants, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ClusterError, explain } from "./errors.ts";

/** By name: the distribution's package, and where it puts the program. */
const programs = {
  containerd: ["containerd", "/usr/bin/containerd", "/usr/local/bin/containerd"],
  runc: ["runc", "/usr/sbin/runc", "/usr/bin/runc", "/usr/local/sbin/runc", "/usr/local/bin/runc"],
  portmap: ["containernetworking-plugins", "/usr/lib/cni/portmap", "/opt/cni/bin/portmap"],
  nft: ["nftables", "/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft"],
  ip: ["iproute2", "/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip"],
  catatonit: ["catatonit", "/usr/bin/catatonit", "/usr/libexec/catatonit/catatonit"],
  nsenter: ["util-linux", "/usr/bin/nsenter", "/bin/nsenter"],
  rm: ["coreutils", "/usr/bin/rm", "/bin/rm"],
  tr: ["coreutils", "/usr/bin/tr", "/bin/tr"],
} as const;

export type ProgramName = keyof typeof programs;
const names = Object.keys(programs) as readonly ProgramName[];

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The known places first: a PATH may hold another version for other purposes, or lack the folders of root. */
function findProgram(name: ProgramName): string | undefined {
  const [, ...known] = programs[name];
  const searched = (process.env["PATH"] ?? "").split(":").filter((folder) => folder.startsWith("/"));
  return [...known, ...searched.map((folder) => join(folder, name))].find(isProgram);
}

/** The bare name where this machine lacks it. */
export const programPath = (name: ProgramName): string => findProgram(name) ?? name;

/** Throws `missing-program` naming every package that real containers need and this machine lacks. */
export function requirePrograms(find: (name: ProgramName) => string | undefined = findProgram): void {
  const missing = [...new Set(names.filter((name) => find(name) === undefined).map((name) => programs[name][0]))];
  if (missing.length === 0) return;
  throw new ClusterError(
    "missing-program",
    `real containers need ${missing.join(", ")}, which this machine lacks`,
    `apt-get install ${missing.join(" ")}, or use --runtime simulated`,
  );
}

/** Throws `unwritable` where the folder's file system lets no program run (`noexec`): containerd runs the network's from there. */
export function requireRunnable(folder: string): void {
  const trial = join(folder, ".trial");
  try {
    writeFileSync(trial, "", { mode: 0o700 });
  } catch (error) {
    throw explain(error, folder);
  }
  const runs = isProgram(trial);
  rmSync(trial, { force: true });
  if (runs) return;
  throw new ClusterError(
    "unwritable",
    `no program can be run from ${folder}: its file system is mounted noexec`,
    "name another folder with --data, or use --runtime simulated",
  );
}
