/**
 * Cluster addresses and node ports of services: taken before a service is written, given back where the write fails and when the service
 * goes. What is taken is known from the stored services alone; IPAddress objects show the addresses to everybody.
 */
import type { corev1, KubernetesObject } from "../../api/mod.ts";
import { internalError, invalid } from "../errors.ts";
import type { WriteHooks } from "../registry/resource-storage.ts";
import { collectErrors, type FieldError, invalid as invalidField } from "../validation/field-error.ts";
import { field } from "../validation/field-path.ts";
import type { IpFamily } from "./address-range.ts";
import type { ClusterAddresses } from "./cluster-addresses.ts";
import { NumberPool, reservedNumbers } from "./number-pool.ts";
import type { Allocated } from "./reconciliation.ts";
import { settleFamilies } from "./service-families.ts";

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Told of each address that a service begins or ceases to have. */
export interface AddressObserver {
  taken(address: string, service: corev1.Service): void;
  released(address: string): void;
}

interface PortTaking {
  readonly taken: Set<number>;
  readonly dryRun: boolean;
}

export interface Owned {
  readonly addresses: ReadonlySet<string>;
  readonly ports: ReadonlySet<number>;
}

const spec = field("spec");

/** What other objects show of services. */
export interface ServiceCompanions {
  readonly addressObjects: AddressObserver;
  readonly endpoints: { leave(service: corev1.Service): Promise<void> };
}

export class ServiceAllocation implements WriteHooks {
  readonly addresses: ClusterAddresses;
  readonly #ports: NumberPool;
  readonly #portRange: PortRange;
  readonly #observer: AddressObserver;
  readonly #endpoints: ServiceCompanions["endpoints"];

  constructor(addresses: ClusterAddresses, portRange: PortRange, { addressObjects, endpoints }: ServiceCompanions) {
    this.addresses = addresses;
    this.#portRange = portRange;
    this.#ports = new NumberPool({
      ...portRange,
      reserved: reservedNumbers(portRange.last - portRange.first + 1, 32, 128),
    });
    this.#observer = addressObjects;
    this.#endpoints = endpoints;
  }

  /** For who holds them against what services have. */
  get allocatedAddresses(): Allocated<string> {
    const { addresses } = this;
    return {
      taken: () => addresses.taken,
      has: (address) => addresses.taken.has(address),
      inRange: (address) => addresses.inRange(address),
      take: (address) => addresses.adopt(address),
      release: (address) => addresses.release(address),
    };
  }

  get allocatedPorts(): Allocated<number> {
    const ports = this.#ports;
    return {
      taken: () => ports.taken,
      has: (port) => ports.taken.has(port),
      inRange: (port) => ports.contains(port),
      take: (port) => void ports.take(port),
      release: (port) => ports.release(port),
    };
  }

  get portUse(): { readonly taken: number; readonly free: number } {
    return { taken: this.#ports.taken.size, free: this.#ports.free };
  }

  /** Takes what stored services have, at start. */
  adopt(service: corev1.Service): void {
    const { addresses, ports } = ownedBy(service);
    for (const address of addresses) this.addresses.adopt(address);
    for (const port of ports) this.#ports.take(port);
  }

  async beforeCreate(object: KubernetesObject, dryRun: boolean): Promise<() => void> {
    return this.#allocate(object as corev1.Service, nothing, dryRun);
  }

  async beforeUpdate(object: KubernetesObject, old: KubernetesObject, dryRun: boolean): Promise<() => void> {
    // A change of the status carries the stored spec itself, frozen: nothing of it is up for allocation.
    if ((object as corev1.Service).spec === (old as corev1.Service).spec) return () => {};
    return this.#allocate(object as corev1.Service, ownedBy(old as corev1.Service), dryRun);
  }

  afterUpdate(object: KubernetesObject, old: KubernetesObject): void {
    const [now, before] = [ownedBy(object as corev1.Service), ownedBy(old as corev1.Service)];
    for (const address of now.addresses)
      if (!before.addresses.has(address)) this.#observer.taken(address, object as corev1.Service);
    this.#release(before, now);
  }

  afterCreate(object: KubernetesObject): void {
    for (const address of ownedBy(object as corev1.Service).addresses)
      this.#observer.taken(address, object as corev1.Service);
  }

  afterDelete(object: KubernetesObject): Promise<void> {
    this.#release(ownedBy(object as corev1.Service), nothing);
    return this.#endpoints.leave(object as corev1.Service);
  }

  #release(before: Owned, now: Owned): void {
    for (const address of before.addresses) {
      if (now.addresses.has(address)) continue;
      this.addresses.release(address);
      this.#observer.released(address);
    }
    for (const port of before.ports) if (!now.ports.has(port)) this.#ports.release(port);
  }

  /** Fills in what the service needs and does not have yet. Answers how to give it back. */
  #allocate(service: corev1.Service, before: Owned, dryRun: boolean): () => void {
    const taken = { addresses: new Set<string>(), ports: new Set<number>() };
    const undo = () => {
      for (const address of taken.addresses) this.addresses.release(address);
      for (const port of taken.ports) this.#ports.release(port);
    };
    try {
      const errors = collectErrors(() => {
        const found = settleFamilies(service, this.addresses.families);
        if (found.length === 0) found.push(...this.#takeAddresses(service, before, { taken: taken.addresses, dryRun }));
        if (found.length === 0) found.push(...this.#takePorts(service, before, { taken: taken.ports, dryRun }));
        return found;
      });
      if (errors.length > 0) throw invalid({ group: "", kind: "Service", name: service.metadata.name }, errors);
    } catch (error) {
      undo();
      throw error;
    }
    if (!dryRun) return undo;
    undo();
    return () => {};
  }

  #takeAddresses(
    { spec: service }: corev1.Service,
    before: Owned,
    { taken, dryRun }: { readonly taken: Set<string>; readonly dryRun: boolean },
  ): FieldError[] {
    if (service.type === "ExternalName" || service.clusterIP === "None") return [];
    const given = service.clusterIPs ?? [];
    for (const address of given) {
      if (before.addresses.has(address)) continue;
      const problem = dryRun ? this.addresses.outside(address) : this.addresses.take(address);
      if (problem)
        return [invalidField(spec.child("clusterIPs"), given, `failed to allocate IP ${address}: ${problem}`)];
      if (!dryRun) taken.add(address);
    }
    const missing = (service.ipFamilies ?? []).slice(given.length) as IpFamily[];
    const chosen = missing.map((family) => this.#takeAnyAddress(family, taken));
    service.clusterIPs = [...given, ...chosen];
    service.clusterIP = service.clusterIPs[0]!;
    return [];
  }

  #takeAnyAddress(family: IpFamily, taken: Set<string>): string {
    const address = this.addresses.takeAny(family);
    if (address === undefined) throw internalError("failed to allocate a serviceIP: range is full");
    taken.add(address);
    return address;
  }

  #takePorts({ spec: service }: corev1.Service, before: Owned, taking: PortTaking): FieldError[] {
    const { taken } = taking;
    const errors: FieldError[] = [];
    if (wantsNodePorts(service)) {
      const shared = sharedPorts(service);
      const protocols = new Map<number, Set<string | undefined>>();
      for (const [index, port] of (service.ports ?? []).entries()) {
        if (!port.nodePort) {
          port.nodePort = shared.get(port.port) ?? this.#takeAnyPort(taken);
          shared.set(port.port, port.nodePort);
        } else if (!isOfAnother(port.protocol, protocols.get(port.nodePort)))
          errors.push(...this.#takePort(port.nodePort, `spec.ports[${index}].nodePort`, before, taking));
        protocols.set(port.nodePort, (protocols.get(port.nodePort) ?? new Set()).add(port.protocol));
      }
    }
    if (!wantsHealthCheckPort(service)) return errors;
    if (!service.healthCheckNodePort) service.healthCheckNodePort = this.#takeAnyPort(taken);
    else {
      const [problem] = this.#takePort(service.healthCheckNodePort, "", before, taking);
      const why = problem?.message.replace(/^Invalid value: \d+: /, "");
      if (problem)
        throw internalError(`failed to allocate requested HealthCheck NodePort ${service.healthCheckNodePort}: ${why}`);
    }
    return errors;
  }

  #takePort(port: number, path: string, before: Owned, { taken, dryRun }: PortTaking): FieldError[] {
    if (before.ports.has(port)) return [];
    const { first, last } = this.#portRange;
    if (!this.#ports.contains(port)) {
      // A rehearsal only asks whether somebody else has it.
      if (dryRun) return [];
      const why = `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
      return [invalidField(field(path), port, why)];
    }
    if (!this.#ports.take(port)) return [invalidField(field(path), port, "provided port is already allocated")];
    taken.add(port);
    return [];
  }

  #takeAnyPort(taken: Set<number>): number {
    const port = this.#ports.takeAny();
    if (port === undefined) throw internalError("failed to allocate a nodePort: range is full");
    taken.add(port);
    return port;
  }
}

const nothing: Owned = { addresses: new Set(), ports: new Set() };

export function ownedBy({ spec: service }: corev1.Service): Owned {
  const external = service.type === "ExternalName";
  const addresses = external ? [] : (service.clusterIPs ?? []).filter((address) => address !== "None");
  const ports = (service.ports ?? []).flatMap(({ nodePort }) => nodePort || []);
  return {
    addresses: new Set(addresses),
    ports: new Set([...ports, ...(service.healthCheckNodePort ? [service.healthCheckNodePort] : [])]),
  };
}

/** Node ports by port: the same one over another protocol has the same node port; twice the same is refused later. */
function sharedPorts({ ports = [] }: corev1.ServiceSpec): Map<number, number> {
  const shared = new Map<number, number>();
  for (const { port, nodePort } of ports) if (nodePort && !shared.has(port)) shared.set(port, nodePort);
  return shared;
}

/** Whether another protocol's port of the same number, of which these are the protocols so far, has taken the node port already. */
function isOfAnother(protocol: string | undefined, before: ReadonlySet<string | undefined> = new Set()): boolean {
  return before.size > 1 || (before.size === 1 && !before.has(protocol));
}

function wantsNodePorts({ type, clusterIP, allocateLoadBalancerNodePorts }: corev1.ServiceSpec): boolean {
  if (clusterIP === "None") return false;
  return type === "NodePort" || (type === "LoadBalancer" && allocateLoadBalancerNodePorts !== false);
}

function wantsHealthCheckPort({ type, externalTrafficPolicy }: corev1.ServiceSpec): boolean {
  return type === "LoadBalancer" && externalTrafficPolicy === "Local";
}
