import { type Plugin, rejection } from "../framework.ts";
import type { NodeInfo } from "../node-info.ts";
import type { PodInfo } from "../pod-info.ts";
import { claimNames } from "../volume-plan.ts";

const inUse = rejection(
  "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode",
  { resolvable: true },
);

/** A ReadWriteOncePod claim serves one pod in the whole cluster. */
export const volumeRestrictions: Plugin = {
  name: "VolumeRestrictions",
  prepareFilter: ({ pod, namespace, key }, snapshot) => {
    const exclusive = claimNames(pod)
      .map(({ name }) => name)
      .filter((name) => snapshot.cluster.claim(name, namespace)?.spec.accessModes?.includes("ReadWriteOncePod"));
    if (exclusive.length === 0) return undefined;
    const holds = (other: PodInfo) =>
      other.key !== key &&
      other.namespace === namespace &&
      claimNames(other.pod).some(({ name }) => exclusive.includes(name));
    const holders = (node: NodeInfo) => node.pods.values().some(holds);
    const heldBy = new Set(snapshot.nodes.filter(holders));
    return {
      filter: { check: (node) => (heldBy.size > 0 && (!heldBy.has(node) || holders(node)) ? inUse : undefined) },
    };
  },
  mayHelp: (event, pod) => event.kind === "pod-removed" && event.pod.namespace === pod.namespace,
};
