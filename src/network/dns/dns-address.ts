import { addressAt } from "../addresses.ts";

/** The address of the cluster's DNS: the tenth of the Service network. */
export function dnsAddress(serviceNetwork: string): string {
  return addressAt(serviceNetwork, 10);
}
