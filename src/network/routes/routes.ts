/** Routes to the pods of other nodes: what they should be, and what to change. Pure. */
import type { corev1 } from "../../api/mod.ts";
import { isIpv4, parseNetwork } from "../addresses.ts";

/** Marks the routes made here (`ip route … proto`), so that no other is ever taken for one of them. */
export const routeProtocol = 187;

/** The gateway by network. */
export type Routes = ReadonlyMap<string, string>;

/** A route to each other node's pods, by the node's own address. */
export function desiredRoutes(nodes: readonly corev1.Node[], ownName: string | undefined): Routes {
  const routes = new Map<string, string>();
  for (const node of nodes) {
    const address = internalAddress(node);
    // Simulated nodes are on this machine, and their pods nowhere.
    if (node.metadata.name === ownName || !address || address.startsWith("127.")) continue;
    for (const network of podNetworks(node)) routes.set(network, address);
  }
  return routes;
}

/** The node's IPv4 InternalIP. */
export function internalAddress(node: corev1.Node): string | undefined {
  return node.status?.addresses?.find(({ type, address }) => type === "InternalIP" && isIpv4(address))?.address;
}

/** The node's IPv4 pod networks. */
export function podNetworks({ spec }: corev1.Node): readonly string[] {
  const all = spec.podCIDRs ?? (spec.podCIDR ? [spec.podCIDR] : []);
  return all.filter((network) => parseNetwork(network));
}

/** Commands for `ip -batch` that lead from the routes that are there to those that should be. */
export function routeChanges(present: Routes, desired: Routes): readonly string[] {
  const stale = [...present.keys()].filter((network) => !desired.has(network));
  const changed = [...desired].filter(([network, gateway]) => present.get(network) !== gateway);
  return [
    ...stale.map((network) => `route delete ${network} proto ${routeProtocol}`),
    ...changed.map(([network, gateway]) => `route replace ${network} via ${gateway} proto ${routeProtocol}`),
  ];
}

/** Whether there is nothing to change between the two. */
export function sameRoutes(one: Routes, other: Routes): boolean {
  return one.size === other.size && [...one].every(([network, gateway]) => other.get(network) === gateway);
}

/** Reads what `ip -json route show proto …` says. */
export function presentRoutes(list: readonly { readonly dst: string; readonly gateway?: string }[]): Routes {
  return new Map(list.map(({ dst, gateway }) => [dst.includes("/") ? dst : `${dst}/32`, gateway ?? ""]));
}
