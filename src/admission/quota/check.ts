/** One quota against what a request adds. */
import { type Amounts, addAmounts, compareQuantities, type corev1, parseQuantity } from "../../api/mod.ts";

/** Of `amounts` those that the quota bounds. */
export function bounded(quota: corev1.ResourceQuota, amounts: Amounts): Amounts {
  const hard = quota.status?.hard ?? {};
  return Object.fromEntries(Object.entries(amounts).filter(([name]) => hard[name] !== undefined));
}

function listed(names: readonly string[], amounts: Amounts): string {
  return names.map((name) => `${name}=${amounts[name] ?? "0"}`).join(",");
}

/** The quota's usage with `delta` added, or the reason why it does not fit. */
export function withUsage(quota: corev1.ResourceQuota, delta: Amounts): { used: Amounts } | { refusal: string } {
  const hard = quota.status?.hard ?? {};
  const before = quota.status?.used ?? {};
  const used = addAmounts(before, delta);
  const exceeded = Object.keys(delta)
    .filter((name) => parseQuantity(delta[name]!).sign() > 0 && compareQuantities(used[name]!, hard[name]!) > 0)
    .sort();
  if (exceeded.length === 0) return { used };
  const amounts = `requested: ${listed(exceeded, delta)}, used: ${listed(exceeded, before)}, limited: ${listed(exceeded, hard)}`;
  return { refusal: `exceeded quota: ${quota.metadata.name}, ${amounts}` };
}

const computeName = /^(?:(requests|limits)\.)?(cpu|memory)$/;

function says({ resources }: Pick<corev1.Container, "resources">, quotaName: string): boolean {
  const [, side = "requests", name = ""] = computeName.exec(quotaName) ?? [];
  return resources?.[side as "requests" | "limits"]?.[name] !== undefined;
}

/** A quota on a compute resource wants the pod as a whole or every container to say how much it takes; answers what is missing where. */
export function unspecified(quota: corev1.ResourceQuota, pod: corev1.Pod): string | undefined {
  const required = Object.keys(quota.status?.hard ?? {})
    .filter((name) => computeName.test(name) && !says(pod.spec as Pick<corev1.Container, "resources">, name))
    .sort();
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const missing = required.flatMap((name) => {
    const silent = containers.filter((container) => !says(container, name)).map((container) => container.name);
    return silent.length > 0 ? [`${name} for: ${silent.sort().join(",")}`] : [];
  });
  return missing.length === 0 ? undefined : `failed quota: ${quota.metadata.name}: must specify ${missing.join("; ")}`;
}
