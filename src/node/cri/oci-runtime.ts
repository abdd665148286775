/** Which program makes containers for containerd: crun, whose starts take half of runc's processor time, where it can be used; else runc. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Full paths, as far as the machine has them. */
export interface RuntimePrograms {
  readonly containerd?: string | undefined;
  readonly crun?: string | undefined;
  readonly runc?: string | undefined;
}

export interface OciRuntime {
  readonly name: "crun" | "runc";
  readonly program: string;
  /** Why it is not crun. */
  readonly reason?: string;
}

type Version = readonly number[];

/** Accepts every version of the runtime specification. */
const crunForAll: Version = [1, 14, 3];
/** Accepts what containerd 1 writes, up to 1.1 of the specification; older ones know 1.0 alone. */
const crunForContainerd1: Version = [1, 8, 0];

/** The folder is named because crun makes one in /run otherwise. */
const questions = { containerd: ["--version"], crun: ["--root", tmpdir(), "--version"] };

function askVersion(program: keyof typeof questions, path: string): string {
  try {
    return execFileSync(path, questions[program], {
      encoding: "utf8",
      timeout: 10_000,
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch {
    return "";
  }
}

/** `crun version 1.8.1`, `containerd github.com/containerd/containerd/v2 v2.1.0 …`; 0 where there is none. */
function parseVersion(text: string): Version {
  const found = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text)?.slice(1) ?? [];
  return [0, 1, 2].map((index) => Number(found[index] ?? 0));
}

function isAtLeast(version: Version, least: Version): boolean {
  const differing = least.findIndex((part, index) => part !== version[index]);
  return differing === -1 || version[differing]! > least[differing]!;
}

function reasonAgainst({ crun, containerd }: RuntimePrograms, ask: typeof askVersion): string | undefined {
  if (crun === undefined) return "there is no crun";
  const version = parseVersion(ask("crun", crun));
  if (isAtLeast(version, crunForAll)) return undefined;
  const found = `${crun} is version ${version.join(".")}`;
  if (!isAtLeast(version, crunForContainerd1)) return `${found}, older than ${crunForContainerd1.join(".")}`;
  const isOldContainerd = containerd !== undefined && parseVersion(ask("containerd", containerd))[0] === 1;
  return isOldContainerd ? undefined : `${found}, which containerd 2 and later need to be ${crunForAll.join(".")}`;
}

/** Nothing where the machine has neither that can be used. */
export function chooseOciRuntime(programs: RuntimePrograms, ask = askVersion): OciRuntime | undefined {
  const reason = reasonAgainst(programs, ask);
  if (reason === undefined) return { name: "crun", program: programs.crun! };
  return programs.runc === undefined ? undefined : { name: "runc", program: programs.runc, reason };
}

/** Which runc opens to every container, and crun between 1.5 and 1.20 to none; VPNs in pods need it. */
const networkTunnel = { allow: true, type: "c", major: 10, minor: 200, access: "rwm" };

/** What every container begins with, for containerd's `base_runtime_spec`: its own, and the tunnel. */
export function baseRuntimeSpec(ctr: string): string {
  const spec = JSON.parse(execFileSync(ctr, ["oci", "spec"], { encoding: "utf8", timeout: 10_000 }));
  spec.linux.resources.devices.push(networkTunnel);
  // As where containerd makes it for a pod: limits are containerd's own, not 1,024 open files.
  delete spec.process.rlimits;
  return JSON.stringify(spec);
}

/** Where version 2 is mounted beside version 1. */
const unified = "/sys/fs/cgroup/unified";

function hasHybridControllers(): boolean {
  try {
    return readFileSync(`${unified}/cgroup.controllers`, "utf8").trim() !== "";
  } catch {
    return false;
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * crun makes no container on a machine whose version 2 mount beside version 1 still has controllers (`hugetlb`, which few distributions
 * mount by itself), so it must not see that mount. Private first, or the machine itself would lose it where mounts are shared; all other
 * mounts keep their propagation, as volumes need it. Other commands than `create` do not look there.
 */
export const hidingScript = (crun: string): string => `#!/bin/sh
crun=${quoted(crun)}
case " $* " in
*" create "*)
  exec unshare --mount --propagation unchanged sh -c \\
    'mount --make-private /sys/fs/cgroup && umount ${unified}; exec "$0" "$@"' "$crun" "$@"
  ;;
esac
exec "$crun" "$@"
`;

/** What containerd is to run; the folder is for a script, where one is needed, and must let programs run. */
export function ociCommand({ name, program }: OciRuntime, folder: string): string {
  if (name !== "crun" || !hasHybridControllers()) return program;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const script = join(folder, name);
  // Containers of an earlier run may be using it: it is whole at every moment.
  writeFileSync(`${script}.new`, hidingScript(program), { mode: 0o700 });
  renameSync(`${script}.new`, script);
  return script;
}
