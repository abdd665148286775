/** Which ranges ServiceCIDR objects open for services: those that are neither going nor said to be unready. */
import type { networkingv1 } from "../../api/mod.ts";
import type { ObjectCache } from "../registry/cache/object-cache.ts";
import type { ClusterAddresses } from "./cluster-addresses.ts";

/** Follows the objects; in force when this returns. Answers how to stop. */
export function followServiceCidrs(cache: ObjectCache, addresses: ClusterAddresses): () => void {
  const apply = () => {
    const objects = cache.list(cache.prefix).map(({ object }) => object as networkingv1.ServiceCIDR);
    addresses.setFurtherRanges(objects.filter(isOpen).flatMap(({ spec }) => spec?.cidrs ?? []));
  };
  apply();
  return cache.listen(apply);
}

/** Without a condition nobody looks after it, and it counts. */
function isOpen({ metadata, status }: networkingv1.ServiceCIDR): boolean {
  if (metadata.deletionTimestamp) return false;
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  return ready === undefined || ready.status === "True";
}
