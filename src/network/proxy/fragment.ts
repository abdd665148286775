/** The rules of one Service, as data: chains, sets, and elements of the table's maps. Pure. */
import { createHash } from "node:crypto";
import { chains as baseChains, maps } from "./base.ts";
import type { Backend, ServicePortModel } from "./service-model.ts";

export interface Fragment {
  /** Rules by chain name. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
  /** Declarations by set name. */
  readonly sets: ReadonlyMap<string, string>;
  readonly elements: readonly Element[];
}

export interface Element {
  readonly map: string;
  readonly key: string;
  /** A verdict; empty in a set. */
  readonly value: string;
}

const longestName = 120;

/** Chains carry the Service's name, so that a person who lists the rules finds their way. */
function chainName(kind: string, { service, protocol, port }: ServicePortModel, suffix = ""): string {
  const name = `${kind}-${service}/${protocol}/${port}${suffix}`;
  if (name.length <= longestName) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 16);
  return `${name.slice(0, longestName - hash.length - 1)}-${hash}`;
}

export function serviceFragment(ports: readonly ServicePortModel[], podNetwork: string): Fragment {
  const building: Building = { chains: new Map(), sets: new Map(), elements: [], podNetwork };
  for (const port of ports) addPort(building, port);
  return building;
}

interface Building {
  readonly chains: Map<string, readonly string[]>;
  readonly sets: Map<string, string>;
  readonly elements: Element[];
  readonly podNetwork: string;
}

function addPort(building: Building, port: ServicePortModel): void {
  const toAll = !port.internalLocal || isExternal(port);
  const toLocal = port.internalLocal || (port.externalLocal && isExternal(port));
  if (toAll && port.backends.length > 0) addBackends(building, port, "service", port.backends);
  if (toLocal && port.localBackends.length > 0) addBackends(building, port, "local", port.localBackends);
  addClusterAddresses(building, port);
  addExternal(building, port);
  for (const { address } of port.localBackends) {
    building.elements.push({ map: maps.hairpin, key: `${address} . ${address}`, value: "" });
  }
}

const isExternal = (port: ServicePortModel) => port.nodePort !== undefined || port.externalAddresses.length > 0;

/** A chain that sends to one of the backends. One that serves the whole cluster marks what comes to the Service's address from no pod. */
function addBackends(
  building: Building,
  port: ServicePortModel,
  kind: "service" | "local",
  backends: readonly Backend[],
): void {
  const masquerade = port.clusterAddresses.map(
    (address) => `ip daddr ${address} ip saddr != ${building.podNetwork} jump ${baseChains.mark}`,
  );
  const choice = port.affinitySeconds === undefined ? sendToAny(port, backends) : stick(building, port, backends);
  building.chains.set(chainName(kind, port), kind === "service" ? [...masquerade, ...choice] : choice);
}

/** With more backends a map in the rule is cheaper for packets; with fewer, plain rules are cheaper for every later change of the table. */
const mostRules = 16;

function sendToAny(port: ServicePortModel, backends: readonly Backend[]): readonly string[] {
  if (backends.length <= mostRules) return oneOf(backends.map((backend) => sendTo(port, backend)));
  const choices = backends.map((backend, index) => `${index} : ${backend.address} . ${backend.port}`);
  return [
    `meta l4proto ${port.protocol} dnat ip to numgen random mod ${backends.length} map { ${choices.join(", ")} }`,
  ];
}

function sendTo({ protocol }: ServicePortModel, { address, port }: Backend): string {
  return `meta l4proto ${protocol} dnat to ${address}:${port}`;
}

/** Rules that take one of the actions, each with the same chance. */
function oneOf(actions: readonly string[]): readonly string[] {
  return actions.map((action, index) => {
    const left = actions.length - index;
    return left === 1 ? action : `numgen random mod ${left} 0 ${action}`;
  });
}

/** Each backend remembers its clients in a set; who is in none is sent anywhere. */
function stick(building: Building, port: ServicePortModel, backends: readonly Backend[]): readonly string[] {
  const targets = backends.map((backend) => {
    const suffix = `/${backend.address}/${backend.port}`;
    // The time is part of the name, since that of a set cannot be changed.
    const set = chainName("affinity", port, `${suffix}/${port.affinitySeconds}`);
    const chain = chainName("endpoint", port, suffix);
    building.sets.set(set, `type ipv4_addr; flags dynamic,timeout; timeout ${port.affinitySeconds}s;`);
    building.chains.set(chain, [`update @${set} { ip saddr }`, sendTo(port, backend)]);
    return { set, chain };
  });
  return [
    ...targets.map(({ set, chain }) => `ip saddr @${set} goto ${chain}`),
    ...oneOf(targets.map(({ chain }) => `goto ${chain}`)),
  ];
}

function addClusterAddresses(building: Building, port: ServicePortModel): void {
  const backends = port.internalLocal ? port.localBackends : port.backends;
  const chain = chainName(port.internalLocal ? "local" : "service", port);
  for (const address of port.clusterAddresses) {
    building.elements.push({ map: maps.clusterAddresses, key: address, value: "" });
    const key = serviceKey(address, port);
    if (backends.length > 0) building.elements.push({ map: maps.services, key, value: `goto ${chain}` });
    else building.elements.push({ map: maps.refusedServices, key, value: refusal(port) });
  }
}

const serviceKey = (address: string, { protocol, port }: ServicePortModel) => `${address} . ${protocol} . ${port}`;

/** Without any backend the client is told at once; with some elsewhere it should try again, perhaps at another node. */
function refusal({ backends }: ServicePortModel): string {
  return backends.length > 0 ? "drop" : `goto ${baseChains.refuse}`;
}

function addExternal(building: Building, port: ServicePortModel): void {
  if (!isExternal(port)) return;
  if (port.backends.length > 0) {
    const chain = chainName("external", port);
    building.chains.set(chain, port.externalLocal ? localOnly(port, building.podNetwork) : anywhere(port));
    pushExternal(building, port, { served: true, value: `goto ${chain}` });
  }
  const reachable = port.externalLocal ? port.localBackends : port.backends;
  if (reachable.length === 0) pushExternal(building, port, { served: false, value: refusal(port) });
}

function pushExternal(
  { elements }: Building,
  port: ServicePortModel,
  { served, value }: { readonly served: boolean; readonly value: string },
): void {
  const byAddress = served ? maps.services : maps.refusedServices;
  const byPort = served ? maps.nodePorts : maps.refusedNodePorts;
  for (const address of port.externalAddresses)
    elements.push({ map: byAddress, key: serviceKey(address, port), value });
  if (port.nodePort !== undefined) elements.push({ map: byPort, key: `${port.protocol} . ${port.nodePort}`, value });
}

/** The backend may be on another node, and its answers must come back the same way. */
function anywhere(port: ServicePortModel): readonly string[] {
  return [`jump ${baseChains.mark}`, `goto ${chainName("service", port)}`];
}

/** Clients keep their address. Pods and the node itself come from inside, whatever way they came in: for them all backends count. */
function localOnly(port: ServicePortModel, podNetwork: string): readonly string[] {
  const service = chainName("service", port);
  return [
    `ip saddr ${podNetwork} goto ${service}`,
    `fib saddr type local jump ${baseChains.mark}`,
    `fib saddr type local goto ${service}`,
    ...(port.localBackends.length > 0 ? [`goto ${chainName("local", port)}`] : []),
  ];
}
