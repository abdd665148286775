/** Levels of the Pod Security Standards, and how a namespace asks for them by labels. */
import { baseline } from "./baseline.ts";
import { atVersion, type Check, type PodShape } from "./check.ts";
import { restrictedChecks } from "./restricted.ts";

export type Mode = "enforce" | "audit" | "warn";
export type Labels = Readonly<Record<string, string>>;

/** From the mildest to the strictest; what a level asks of pods in release `v1.minor`. */
const levels: ReadonlyMap<string, (minor: number) => readonly Check[]> = new Map<
  string,
  (minor: number) => readonly Check[]
>([
  ["privileged", () => []],
  ["baseline", (minor) => baseline.flatMap((check) => atVersion(check, minor) ?? [])],
  ["restricted", restrictedChecks],
]);
const modes: readonly Mode[] = ["enforce", "audit", "warn"];
/** The release whose rules these are. */
const latestMinor = 36;
const versionPattern = /^(latest|v1\.(0|[1-9]\d*))$/;

export function labelOf(mode: Mode): string {
  return `pod-security.kubernetes.io/${mode}`;
}

export interface Policy {
  readonly level: string;
  /** `latest` or `v1.x`. */
  readonly version: string;
}

const labelNames = Object.freeze(
  Object.fromEntries(modes.map((mode) => [mode, { level: labelOf(mode), version: `${labelOf(mode)}-version` }])),
) as Readonly<Record<Mode, Policy>>;
const nothingAsked: Policy = Object.freeze({ level: "privileged", version: "latest" });

/** What cannot be read restricts as much as there is. */
export function policyOf(labels: Labels, mode: Mode): Policy {
  const names = labelNames[mode];
  const { level, version } = { level: labels[names.level], version: labels[names.version] };
  if (level === undefined && version === undefined) return nothingAsked;
  return readable(level ?? nothingAsked.level, version ?? nothingAsked.version);
}

function readable(level: string, version: string): Policy {
  return {
    level: levels.has(level) ? level : "restricted",
    version: versionPattern.test(version) ? version : "latest",
  };
}

/** Releases count as the newest rules that they know. */
function minorOf(version: string): number {
  return version === "latest" ? Number.POSITIVE_INFINITY : Number(version.slice("v1.".length));
}

const known = new Map<string, readonly Check[]>();

function checksOf(policy: Policy): readonly Check[] {
  if (policy === nothingAsked) return [];
  const { level, version } = policy;
  const minor = Math.min(minorOf(version), latestMinor);
  const key = `${level}:${minor}`;
  const checks = known.get(key) ?? levels.get(level)!(minor);
  known.set(key, checks);
  return checks;
}

/** Whether `next` asks for more than `old`, or for something else in another release. */
export function mayRefuseMore(next: Policy, old: Policy): boolean {
  const order = [...levels.keys()];
  if (next.level === "privileged") return false;
  return next.version !== old.version || order.indexOf(next.level) > order.indexOf(old.level);
}

/** The names of the rules that the pod breaks. */
export function brokenRules(policy: Policy, pod: PodShape): string[] {
  return checksOf(policy).flatMap((check) => check(pod)?.rule ?? []);
}

/** `"restricted:latest": rule (where), rule (where)`; nothing where the pod keeps to the policy. */
export function violations(policy: Policy, pod: PodShape): string | undefined {
  const found = checksOf(policy).flatMap((check) => check(pod) ?? []);
  if (found.length === 0) return undefined;
  return `"${policy.level}:${policy.version}": ${found.map(({ rule, where }) => `${rule} (${where})`).join(", ")}`;
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
