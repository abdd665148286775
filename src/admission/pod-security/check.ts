/** What a rule of the Pod Security Standards says of a pod, and the words it says it in. */
import type { corev1 } from "../../api/mod.ts";

/** A pod, or the template of one. */
export interface PodShape {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: corev1.PodSpec;
}

export interface Violation {
  /** What is wrong: `host namespaces`. */
  readonly rule: string;
  /** Where: `hostNetwork=true`. */
  readonly where: string;
}

/** Nothing where the pod keeps to the rule. */
export type Check = (pod: PodShape) => Violation | undefined;

/** A rule as it changed with the releases, oldest first: a policy pinned to `v1.x` keeps the rule of that release. */
export type VersionedCheck = readonly { readonly since: number; readonly check: Check }[];

export function always(check: Check): VersionedCheck {
  return [{ since: 0, check }];
}

/** The rule as release `v1.minor` had it; nothing where it came later. */
export function atVersion(versions: VersionedCheck, minor: number): Check | undefined {
  return versions.findLast(({ since }) => since <= minor)?.check;
}

/** Since then pods with users of their own are judged more mildly. */
export const userNamespacesSince = 35;
/** Since then pods say whether they are for Windows, and are spared what only Linux has. */
export const windowsSince = 25;

export type AnyContainer = corev1.Container | corev1.EphemeralContainer;

export function containersOf({ spec }: PodShape): AnyContainer[] {
  return [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])];
}

export function namesWhere({ spec }: PodShape, matches: (container: AnyContainer) => boolean): string[] {
  return containersOf({ metadata: {}, spec })
    .filter(matches)
    .map(({ name }) => name);
}

export function plural(word: string, count: number): string {
  return count === 1 ? word : `${word}s`;
}

export function quoted(values: readonly string[]): string {
  return values.map((value) => JSON.stringify(value)).join(", ");
}

/** `container "a"`, `containers "a", "b"`. */
export function containers(names: readonly string[]): string {
  return `${plural("container", names.length)} ${quoted(names)}`;
}

/** The pod itself, containers of it, or both: `pod and container "a"`. */
export function setters(podSets: boolean, names: readonly string[]): string {
  const parts = [...(podSets ? ["pod"] : []), ...(names.length > 0 ? [containers(names)] : [])];
  return parts.join(" and ");
}

/** Sorted, each once. */
export function distinct(values: Iterable<string>): string[] {
  return [...new Set(values)].sort();
}

export function isWindows({ spec }: PodShape): boolean {
  return spec.os?.name === "windows";
}

/** Root inside a user namespace is nobody outside of it. */
export function hasOwnUsers({ spec }: PodShape): boolean {
  return spec.hostUsers === false;
}
