/** Levels of the Pod Security Standards, and how a namespace asks for them by labels. */
import { baseline } from "./baseline.ts";
import type { Check, PodShape } from "./check.ts";
import { restricted } from "./restricted.ts";

export type Mode = "enforce" | "audit" | "warn";
export type Labels = Readonly<Record<string, string>>;

const levels: ReadonlyMap<string, readonly Check[]> = new Map([
  ["privileged", []],
  ["baseline", baseline],
  ["restricted", restricted],
]);
const modes: readonly Mode[] = ["enforce", "audit", "warn"];
const versionPattern = /^(latest|v1\.(0|[1-9]\d*))$/;

export function labelOf(mode: Mode): string {
  return `pod-security.kubernetes.io/${mode}`;
}

export interface Policy {
  readonly level: string;
  /** `latest` or `v1.x`. Only told: the rules are those of this release. */
  readonly version: string;
}

/** What cannot be read restricts as much as there is. */
export function policyOf(labels: Labels, mode: Mode): Policy {
  const level = labels[labelOf(mode)] ?? "privileged";
  const version = labels[`${labelOf(mode)}-version`] ?? "latest";
  return {
    level: levels.has(level) ? level : "restricted",
    version: versionPattern.test(version) ? version : "latest",
  };
}

/** `"restricted:latest": rule (where), rule (where)`; nothing where the pod keeps to the policy. */
export function violations({ level, version }: Policy, pod: PodShape): string | undefined {
  const found = (levels.get(level) ?? []).flatMap((check) => check(pod) ?? []);
  if (found.length === 0) return undefined;
  return `"${level}:${version}": ${found.map(({ rule, where }) => `${rule} (${where})`).join(", ")}`;
}

export interface LabelProblem {
  readonly field: string;
  readonly message: string;
}

export function labelProblems(labels: Labels): LabelProblem[] {
  return modes.flatMap((mode) => {
    const [level, version] = [labels[labelOf(mode)], labels[`${labelOf(mode)}-version`]];
    return [
      ...(level === undefined || levels.has(level)
        ? []
        : [problem(labelOf(mode), level, `must be one of ${[...levels.keys()].join(", ")}`)]),
      ...(version === undefined || versionPattern.test(version)
        ? []
        : [problem(`${labelOf(mode)}-version`, version, 'must be "latest" or "v1.x"')]),
    ];
  });
}

function problem(label: string, value: string, rule: string): LabelProblem {
  return { field: `metadata.labels[${label}]`, message: `Invalid value: ${JSON.stringify(value)}: ${rule}` };
}
