/** A new node takes no pods until its conditions were looked at. */
import { type corev1, resources } from "../../api/mod.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { concerns, incoming } from "../request.ts";

const key = "node.kubernetes.io/not-ready";
const effect = "NoSchedule";

export const taintNodesByCondition: AdmissionPlugin = {
  name: "TaintNodesByCondition",
  handlesByKind: true,

  handles(attributes: AdmissionAttributes): boolean {
    return attributes.operation === "CREATE" && concerns(attributes, resources.nodes);
  },

  admit(attributes: AdmissionAttributes): void {
    const node = incoming<corev1.Node>(attributes);
    node.spec ??= {};
    const taints = node.spec.taints ?? [];
    if (taints.some((taint) => taint.key === key && taint.effect === effect)) return;
    node.spec.taints = [...taints, { key, effect }];
  },
};
