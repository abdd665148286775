/** Simulated nodes of a cluster: in the control plane's own process, reached over loopback. */
import type { Pki } from "../auth/mod.ts";
import type { Component, ComponentContext } from "../client/mod.ts";
import { addressAt, dnsAddress } from "../network/narrow.ts";
import { type SimulatedNode, SimulatedNodes } from "../node/simulated/simulated-nodes.ts";

export interface SimulatedOptions {
  readonly count: number;
  /** `node` or `simulated`: names are `node-1`, `node-2`, … */
  readonly prefix: string;
  readonly pki: Pki;
  readonly serviceCidr: string;
}

/** Addresses of pods that do not exist: carrier-grade NAT's range, so that none is ever one of a real pod's. 256 for each node. */
const simulatedPods = "100.64.0.0/10";
const podsPerNode = 256;
const loopback = "127.0.0.1";

function simulatedNode(prefix: string, index: number): SimulatedNode {
  return {
    name: `${prefix}-${index + 1}`,
    address: loopback,
    podCidr: `${addressAt(simulatedPods, index * podsPerNode)}/24`,
  };
}

export async function simulatedNodes(
  { count, prefix, pki, serviceCidr }: SimulatedOptions,
  context: ComponentContext,
): Promise<Component> {
  const identity = await pki.node("simulated", [loopback]);
  return new SimulatedNodes(
    {
      nodes: Array.from({ length: count }, (_, index) => simulatedNode(prefix, index)),
      dns: { clusterDns: [dnsAddress(serviceCidr)], clusterDomain: "cluster.local" },
      serving: {
        address: loopback,
        port: 0,
        certificate: identity.certificate,
        privateKey: identity.key,
        clientAuthority: pki.clusterAuthority.certificate,
      },
    },
    context,
  );
}
