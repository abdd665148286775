export { addressAt } from "./addresses.ts";
export type { CniOptions } from "./cni/configuration.ts";
export { pluginPrograms } from "./cni/plugin.ts";
export { dnsAddress } from "./dns/dns-address.ts";
export { DnsService, type DnsServiceOptions } from "./dns/dns-service.ts";
export { type DnsOptions, NetworkAgent, type NetworkAgentOptions } from "./network-agent.ts";
export { NodeIpam, type NodeIpamOptions } from "./node-ipam.ts";
