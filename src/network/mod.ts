export { addressAt, overlaps } from "./addresses.ts";
export type { CniOptions } from "./cni/configuration.ts";
export { enterArguments } from "./commands.ts";
export { DnsService, type DnsServiceOptions, dnsAddress } from "./dns/dns-service.ts";
export {
  createFabric,
  destroyFabric,
  type Fabric,
  type FabricOptions,
  fabricProcesses,
  type NodeNetwork,
  nodeEnterArguments,
} from "./fabric/fabric.ts";
export { type DnsOptions, NetworkAgent, type NetworkAgentOptions } from "./network-agent.ts";
export { NodeIpam, type NodeIpamOptions } from "./node-ipam.ts";
export { removeServiceRules } from "./proxy/service-proxy.ts";
