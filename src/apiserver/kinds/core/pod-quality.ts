/** A pod's quality-of-service class, by which nodes choose whom to evict first. */
import { type corev1, parseQuantity, type Quantity } from "../../../api/mod.ts";

const computed = ["cpu", "memory"] as const;

type Sums = Map<string, Quantity>;

/** Guaranteed: limits for all, and equal to the requests. Burstable: some of either. Sources: pod-level resources, else the containers'. */
export function qualityOfService({ spec }: corev1.Pod): corev1.PodQOSClass {
  const requests: Sums = new Map();
  const limits: Sums = new Map();
  let limited = true;
  for (const resources of resourcesOf(spec)) {
    add(requests, resources.requests);
    const found = add(limits, resources.limits);
    limited &&= found === computed.length;
  }
  if (requests.size === 0 && limits.size === 0) return "BestEffort";
  const equal = [...requests].every(([name, amount]) => limits.get(name)?.compare(amount) === 0);
  return limited && equal && requests.size === limits.size ? "Guaranteed" : "Burstable";
}

function resourcesOf(spec: corev1.PodSpec): corev1.ResourceRequirements[] {
  const own = spec.resources;
  if (own && (hasComputed(own.requests) || hasComputed(own.limits))) return [own];
  return [...spec.containers, ...(spec.initContainers ?? [])].map((container) => container.resources ?? {});
}

function hasComputed(list: Readonly<Record<string, string>> | undefined): boolean {
  return computed.some((name) => list?.[name] !== undefined);
}

/** Adds what is more than zero; answers of how many resources there was any. */
function add(sums: Sums, list: Readonly<Record<string, string>> | undefined): number {
  let found = 0;
  for (const name of computed) {
    const amount = list?.[name];
    if (amount === undefined) continue;
    const quantity = parseQuantity(amount);
    if (quantity.sign() <= 0) continue;
    sums.set(name, sums.get(name)?.add(quantity) ?? quantity);
    found++;
  }
  return found;
}
