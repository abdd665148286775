/**
 * Every few minutes what is taken of cluster addresses and node ports is held against the services that there are: what a service has and is
 * not taken is taken, what is taken and no service has is given back, and what two services have, or none may have, is told by an event.
 */
import type { Logger } from "pino";
import type { Registry } from "prom-client";
import type { corev1 } from "../../api/mod.ts";
import type { Clock, EventRecorder } from "../../client/mod.ts";
import { CounterFamily } from "../metrics/families.ts";
import type { AddressObjects } from "./address-objects.ts";
import { type Finding, Reconciliation } from "./reconciliation.ts";
import { ownedBy, type ServiceAllocation } from "./service-allocation.ts";

const intervalMs = 3 * 60_000;
export interface AllocationRepairContext {
  readonly allocation: ServiceAllocation;
  readonly addressObjects: AddressObjects;
  services(): readonly corev1.Service[];
  readonly recorder: EventRecorder;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly log: Logger;
}

export class AllocationRepair {
  readonly #context: AllocationRepairContext;
  readonly #addresses: Reconciliation<string>;
  readonly #ports: Reconciliation<number>;
  readonly #found: Readonly<Record<"addresses" | "ports", CounterFamily>>;
  #cancel = () => {};

  constructor(context: AllocationRepairContext) {
    this.#context = context;
    const { allocation, registry } = context;
    this.#addresses = new Reconciliation(allocation.allocatedAddresses);
    this.#ports = new Reconciliation(allocation.allocatedPorts);
    const labelNames = ["type"];
    const errors = (name: string, help: string) =>
      new CounterFamily(registry, { name: `apiserver_${name}`, help, labelNames });
    this.#found = {
      addresses: errors("clusterip_repair_ip_errors_total", "Cluster addresses that were found to be wrong, by what."),
      ports: errors("nodeport_repair_port_errors_total", "Node ports that were found to be wrong, by what."),
    };
  }

  /** Looks at once. */
  start(): void {
    this.look();
    this.#cancel = this.#context.clock.after(intervalMs, () => this.start());
  }

  stop(): void {
    this.#cancel();
  }

  look(): void {
    const services = this.#context.services();
    const owned = services.map((service) => ({ service, ...ownedBy(service) }));
    const addresses = owned.flatMap((one) => [...one.addresses].map((address) => [address, one.service] as const));
    const ports = owned.flatMap((one) => [...one.ports].map((port) => [port, one.service] as const));
    for (const finding of this.#addresses.look(addresses)) this.#tell("addresses", finding, addressEvent);
    for (const finding of this.#ports.look(ports)) this.#tell("ports", finding, portEvent);
    void this.#context.addressObjects.repair(services);
  }

  #tell<V>(what: "addresses" | "ports", finding: Finding<V>, eventOf: (finding: Finding<V>) => EventText): void {
    const { type, value, service } = finding;
    this.#found[what].labelled(type).value++;
    this.#context.log.warn({ what, type, value }, "an allocation of a service was found to be wrong");
    if (!service) return;
    const { reason, message } = eventOf(finding);
    this.#context.recorder.event(service, "Warning", reason, message);
  }
}

interface EventText {
  readonly reason: string;
  readonly message: string;
}

/** In upstream's words. */
function addressEvent({ type, value }: Finding<string>): EventText {
  const family = value.includes(":") ? "IPv6" : "IPv4";
  const is = `Cluster IP [${family}]: ${value}`;
  if (type === "duplicate")
    return { reason: "ClusterIPAlreadyAllocated", message: `${is} was assigned to multiple services; please recreate` };
  if (type === "outOfRange") {
    const message = `${is} is not within any configured Service CIDR; please recreate service`;
    return { reason: "ClusterIPOutOfRange", message };
  }
  return { reason: "ClusterIPNotAllocated", message: `${is} is not allocated; repairing` };
}

function portEvent({ type, value }: Finding<number>): EventText {
  const is = `Port ${value}`;
  if (type === "duplicate")
    return { reason: "PortAlreadyAllocated", message: `${is} was assigned to multiple services; please recreate` };
  if (type === "outOfRange")
    return { reason: "PortOutOfRange", message: `${is} is not within the port range; please recreate` };
  return { reason: "PortNotAllocated", message: `${is} is not allocated; repairing` };
}
