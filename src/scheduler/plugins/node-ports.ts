import { type Plugin, rejection } from "../framework.ts";
import type { PodInfo } from "../pod-info.ts";

const taken = rejection("node(s) didn't have free ports for the requested pod ports", { resolvable: true });

/** Ports that the pod opens on the node itself. */
export const nodePorts: Plugin = {
  name: "NodePorts",
  prepareFilter: ({ hostPorts }) => {
    if (hostPorts.length === 0) return undefined;
    return { filter: { check: (node) => (hostPorts.some((port) => node.hasPortConflict(port)) ? taken : undefined) } };
  },
  mayHelp: (event, pod) => event.kind === "node-added" || (event.kind === "pod-removed" && sharesPort(event.pod, pod)),
};

function sharesPort(one: PodInfo, other: PodInfo): boolean {
  return one.hostPorts.some((held) =>
    other.hostPorts.some((wanted) => held.port === wanted.port && held.protocol === wanted.protocol),
  );
}
