/** Defaults of resources of a pod as a whole (KEP-2837): what its containers say, where the pod itself says less. */
import type { PodSpec } from "../core/v1/pod-spec.ts";
import { type Amounts, containerAmounts, isHugePages, isResourceOfPods } from "../pod-amounts.ts";

/** Runs after the containers' own requests are filled in. A pod that says nothing itself is left alone. */
export function setPodResources(spec: PodSpec): void {
  const { requests = {}, limits = {} } = spec.resources ?? {};
  const isLimited = Object.keys(limits).length > 0;
  if (!spec.resources || (!isLimited && Object.keys(requests).length === 0)) return;
  const asked = containerAmounts(spec, "requests");
  // Huge pages are not overcommitted: what is asked for is the limit.
  const pages = pick(asked, (name) => isHugePages(name) && !(name in requests) && !(name in limits));
  const shared = pick(asked, (name) => isResourceOfPods(name) && !isHugePages(name));
  spec.resources.requests = {
    ...(isLimited && { ...pick(limits, isResourceOfPods), ...shared }),
    ...pages,
    ...requests,
  };
  const whole = { ...limits, ...pages };
  if (Object.keys(whole).length > 0) spec.resources.limits = whole;
}

function pick(amounts: Amounts, isWanted: (name: string) => boolean): Amounts {
  return Object.fromEntries(Object.entries(amounts).filter(([name]) => isWanted(name)));
}
