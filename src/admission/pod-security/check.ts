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
