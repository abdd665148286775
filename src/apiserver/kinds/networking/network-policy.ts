import { type networkingv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, selectorText, text } from "../columns.ts";
import { networkPolicyWarnings, validateNetworkPolicy } from "./network-policy-validation.ts";

export const networkPolicy: Strategy<networkingv1.NetworkPolicy> = {
  resource: resources.networkpolicies,
  bumpsGeneration: true,
  columns: [
    nameColumn,
    text("Pod-Selector", (object) => selectorText(object.spec?.podSelector), {
      describedBy: "io.k8s.api.networking.v1.NetworkPolicySpec.podSelector",
    }),
    ageColumn,
  ],
  validate: validateNetworkPolicy,
  validateUpdate: validateNetworkPolicy,
  warnings: networkPolicyWarnings,
};
