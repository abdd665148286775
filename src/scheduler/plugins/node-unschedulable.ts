import { tolerates } from "../../api/mod.ts";
import { type Plugin, rejection } from "../framework.ts";

const cordoned = rejection("node(s) were unschedulable", { resolvable: false });
const cordonTaint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" } as const;

/** `spec.unschedulable`: cordoned nodes take only pods that tolerate it, as those of DaemonSets do. */
export const nodeUnschedulable: Plugin = {
  name: "NodeUnschedulable",
  prepareFilter: ({ pod }) => {
    if (tolerates(pod.spec.tolerations, cordonTaint)) return undefined;
    return { filter: { check: (node) => (node.unschedulable ? cordoned : undefined) } };
  },
  mayHelp: (event) =>
    event.kind === "node-added" ||
    (event.kind === "node-changed" && event.old.spec.unschedulable === true && !event.node.spec.unschedulable),
};
