import { dns1123LabelProblems } from "../../api/mod.ts";

/** A name that becomes part of host names had better be one label. */
export function hostNameWarnings(name: string, use: string): string[] {
  const problems = dns1123LabelProblems(name);
  if (problems.length === 0) return [];
  const rest = "which can result in surprising behavior; a DNS label is recommended";
  return [`metadata.name: this is used in ${use}, ${rest}: [${problems.join(" ")}]`];
}

export const podNamesUse = "Pod names and hostnames";
