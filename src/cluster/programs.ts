/** What real containers need of the machine: programs, and a folder from which programs can be run. */
import { accessSync, constants, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chooseOciRuntime, type OciRuntime } from "../node/cri/oci-runtime.ts";
import { ClusterError, explain } from "./errors.ts";

/** By name: the distribution's package, and where it puts the program. */
const programs = {
  containerd: ["containerd", "/usr/bin/containerd", "/usr/local/bin/containerd"],
  ctr: ["containerd", "/usr/bin/ctr", "/usr/local/bin/ctr"],
  crun: ["crun", "/usr/bin/crun", "/usr/local/bin/crun"],
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
/** One of them is enough. */
const ociRuntimes: readonly ProgramName[] = ["crun", "runc"];
const required = (Object.keys(programs) as ProgramName[]).filter((name) => !ociRuntimes.includes(name));

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

/** Answers what makes the containers; throws `missing-program` naming every package that real containers need and this machine lacks. */
export function requirePrograms(find: (name: ProgramName) => string | undefined = findProgram): OciRuntime {
  const [containerd, crun, runc] = (["containerd", "crun", "runc"] as const).map(find);
  const ociRuntime = chooseOciRuntime({ containerd, crun, runc });
  const missing = required.filter((name) => find(name) === undefined);
  // A crun that is too old is not to be installed again.
  if (!ociRuntime) missing.push(crun === undefined ? "crun" : "runc");
  if (ociRuntime && missing.length === 0) return ociRuntime;
  const packages = [...new Set(missing.map((name) => programs[name][0]))];
  throw new ClusterError(
    "missing-program",
    `real containers need ${packages.join(", ")}, which this machine lacks`,
    `apt-get install ${packages.join(" ")}, or use --runtime simulated`,
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
