/** The frame of the packet filter table that Services are entered into. */

export const tableName = "kubets-proxy";

/** Set on packets that must leave with this node's own address; cleared of meaning once they have. */
const masqueradeMark = "0x4000";

export const maps = {
  services: "services",
  nodePorts: "node-ports",
  refusedServices: "refused-services",
  refusedNodePorts: "refused-node-ports",
  clusterAddresses: "cluster-addresses",
  hairpin: "hairpin",
} as const;

export const chains = { mark: "mark-for-masquerade", refuse: "refuse" } as const;

/**
 * Commands that replace the whole table in one transaction: connections that are under way keep their destination.
 * `podNetwork` is the whole cluster's: traffic from pods to elsewhere leaves with the node's address.
 */
export function baseTable(podNetwork: string): string {
  return `add table ip ${tableName}
delete table ip ${tableName}
table ip ${tableName} {
${declarations()}
${natChains(podNetwork)}
${filterChains()}
}
`;
}

function declarations(): string {
  const byService = "type ipv4_addr . inet_proto . inet_service : verdict";
  const byPort = "type inet_proto . inet_service : verdict";
  return `  map ${maps.services} { ${byService}; }
  map ${maps.nodePorts} { ${byPort}; }
  map ${maps.refusedServices} { ${byService}; }
  map ${maps.refusedNodePorts} { ${byPort}; }
  set ${maps.clusterAddresses} { type ipv4_addr; }
  set ${maps.hairpin} { type ipv4_addr . ipv4_addr; }`;
}

const nodeTraffic = "ip daddr != 127.0.0.0/8 fib daddr type local meta l4proto . th dport";

function natChains(podNetwork: string): string {
  return `  chain ${chains.mark} {
    meta mark set meta mark | ${masqueradeMark}
  }
  chain dispatch {
    ip daddr . meta l4proto . th dport vmap @${maps.services}
    ${nodeTraffic} vmap @${maps.nodePorts}
  }
  chain nat-prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    jump dispatch
  }
  chain nat-output {
    type nat hook output priority -100; policy accept;
    jump dispatch
  }
  chain nat-postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ct status dnat ip saddr . ip daddr @${maps.hairpin} masquerade fully-random
    meta mark & ${masqueradeMark} != 0 masquerade fully-random
    ip saddr ${podNetwork} ip daddr != ${podNetwork} masquerade fully-random
  }`;
}

/** What no backend took is still addressed to the Service here. Refusing tells the client at once. */
function filterChains(): string {
  return `  chain ${chains.refuse} {
    meta l4proto tcp reject with tcp reset
    reject with icmp port-unreachable
  }
  chain check {
    ip daddr . meta l4proto . th dport vmap @${maps.refusedServices}
    ip daddr @${maps.clusterAddresses} meta l4proto { tcp, udp, sctp } goto ${chains.refuse}
    ${nodeTraffic} vmap @${maps.refusedNodePorts}
  }
  chain filter-input {
    type filter hook input priority filter; policy accept;
    ct state new jump check
  }
  chain filter-forward {
    type filter hook forward priority filter; policy accept;
    ct state invalid drop
    ct state new jump check
  }
  chain filter-output {
    type filter hook output priority filter; policy accept;
    ct state new jump check
  }`;
}
