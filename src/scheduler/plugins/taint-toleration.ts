import { type corev1, tolerates } from "../../api/mod.ts";
import { normalizeByMaximum, type Plugin, rejection } from "../framework.ts";
import type { NodeInfo } from "../node-info.ts";

const untolerated = rejection("node(s) had untolerated taint(s)", { resolvable: false });

const repels = (taint: corev1.Taint) => taint.effect === "NoSchedule" || taint.effect === "NoExecute";

/** NoSchedule and NoExecute taints keep pods away that do not tolerate them; PreferNoSchedule taints count against a node. */
export const taintToleration: Plugin = {
  name: "TaintToleration",
  weight: 3,
  prepareFilter: ({ pod }) => {
    const { tolerations } = pod.spec;
    const isUntolerated = (taint: corev1.Taint) => repels(taint) && !tolerates(tolerations, taint);
    return {
      filter: { check: ({ taints }) => (taints.length > 0 && taints.some(isUntolerated) ? untolerated : undefined) },
    };
  },
  prepareScore: ({ pod }, nodes) => {
    if (!nodes.some(({ taints }) => taints.length > 0 && taints.some(discourages))) return undefined;
    const bearing = pod.spec.tolerations?.filter(({ effect }) => !effect || effect === "PreferNoSchedule");
    const isUnwelcome = (taint: corev1.Taint) => discourages(taint) && !tolerates(bearing, taint);
    return {
      score: (node) => node.taints.filter(isUnwelcome).length,
      normalize: (scores) => normalizeByMaximum(scores, { reverse: true }),
    };
  },
  mayHelp: (event, { pod }) => {
    if (event.kind !== "node-added" && event.kind !== "node-changed") return false;
    const taints: NodeInfo["taints"] = event.node.spec.taints ?? [];
    return !taints.some((taint) => repels(taint) && !tolerates(pod.spec.tolerations, taint));
  },
};

function discourages(taint: corev1.Taint): boolean {
  return taint.effect === "PreferNoSchedule";
}
