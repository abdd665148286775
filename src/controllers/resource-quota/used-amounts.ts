/** What the objects of a namespace take of one quota. Pure. */
import {
  addQuantities,
  compareQuantities,
  type corev1,
  getKey,
  type KubernetesObject,
  type ResourceInfo,
} from "../../api/mod.ts";
import { isPodTerminal } from "../support/pod-state.ts";

export type Amounts = Readonly<Record<string, string>>;

/** However they are spelled. */
export function sameAmounts(a: Amounts = {}, b: Amounts = {}): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => sameAmount(a[name], getKey(b, name)));
}

function sameAmount(a: string | undefined, b: string | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && compareQuantities(a, b) === 0);
}

/** The rules by which admission counts; both must agree, so they are handed in from there. */
export interface QuotaRules {
  usageOf(resource: Pick<ResourceInfo, "group" | "resource">, object: KubernetesObject): Amounts;
  /** Whether a quota with scopes is about this pod; of other objects only quotas without scopes are about. */
  isInScope(quota: corev1.ResourceQuota, pod: corev1.Pod | undefined): boolean;
}

export interface CountedObjects {
  readonly resource: ResourceInfo<KubernetesObject>;
  readonly objects: readonly KubernetesObject[];
}

/** An amount for each name of the quota, 0 where nothing is used. */
export function usedAmounts(
  quota: corev1.ResourceQuota,
  found: readonly CountedObjects[],
  rules: QuotaRules,
): Record<string, string> {
  const used = Object.fromEntries(Object.keys(quota.spec?.hard ?? {}).map((name) => [name, "0"]));
  for (const { resource, objects } of found) {
    const isPod = resource.group === "" && resource.resource === "pods";
    for (const object of objects) {
      const pod = isPod ? (object as corev1.Pod) : undefined;
      // A finished pod takes nothing any more.
      if (pod !== undefined && isPodTerminal(pod)) continue;
      if (!rules.isInScope(quota, pod)) continue;
      add(used, rules.usageOf(resource, object));
    }
  }
  return used;
}

function add(used: Record<string, string>, amounts: Amounts): void {
  for (const [name, amount] of Object.entries(amounts)) {
    const present = used[name];
    if (present !== undefined) used[name] = addQuantities(present, amount);
  }
}
