/** How much of the cluster's addresses and node ports is taken, under upstream's names. */
import type { Registry } from "prom-client";
import { GaugeFamily } from "../metrics/families.ts";
import type { ServiceAllocation } from "./service-allocation.ts";

export function addAllocatorMetrics(registry: Registry, allocation: ServiceAllocation): void {
  const gauge = (name: string, help: string, set: (family: GaugeFamily) => void, labelNames?: readonly string[]) => {
    const family: GaugeFamily = new GaugeFamily(registry, {
      name: `kube_apiserver_${name}`,
      help,
      ...(labelNames && { labelNames }),
      collect: () => set(family),
    });
  };
  const perRange = (kind: "taken" | "free") => (family: GaugeFamily) => {
    family.clear();
    for (const use of allocation.addresses.use()) family.labelled(use.cidr).set(use[kind]);
  };
  const perPort = (kind: "taken" | "free") => (family: GaugeFamily) => family.labelled().set(allocation.portUse[kind]);
  const cidr = ["cidr"];
  gauge("clusterip_allocator_allocated_ips", "Addresses that services have.", perRange("taken"), cidr);
  gauge("clusterip_allocator_available_ips", "Addresses that are free.", perRange("free"), cidr);
  gauge("nodeport_allocator_allocated_ports", "Node ports that services have.", perPort("taken"));
  gauge("nodeport_allocator_available_ports", "Node ports that are free.", perPort("free"));
}
