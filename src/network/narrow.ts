/** The narrow door: what a cluster without real nodes needs of its network. */
export { addressAt } from "./addresses.ts";
export { dnsAddress } from "./dns/dns-address.ts";
export { NodeIpam } from "./node-ipam.ts";
