/** For tests in real network namespaces: what they need, and names of their own. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";

const programs = ["ip", "nft", "nsenter", "conntrack"];

/** Why such tests cannot run here; `false`: they can. */
export function namespacesMissing(): string | false {
  if (process.platform !== "linux") return "network namespaces are Linux's";
  if (process.getuid?.() !== 0) return "network namespaces need root";
  const missing = programs.filter((program) => spawnSync("which", [program]).status !== 0);
  return missing.length > 0 && `not installed: ${missing.join(", ")}`;
}

export function uniqueName(): string {
  return `test${randomBytes(4).toString("hex")}`;
}
