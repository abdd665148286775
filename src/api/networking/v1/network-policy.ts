/** NetworkPolicy. */
import { protocol } from "../../core/v1/enums.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { enumeration, field, int32, intOrString, kind, list, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const ipBlock = message("io.k8s.api.networking.v1.IPBlock", {
  cidr: field(1, string, { required: true }),
  except: field(2, list(string, { listType: "atomic" })),
});
export interface IPBlock extends Infer<typeof ipBlock> {}

export const networkPolicyPeer = message("io.k8s.api.networking.v1.NetworkPolicyPeer", {
  podSelector: field(1, labelSelector),
  namespaceSelector: field(2, labelSelector),
  ipBlock: field(3, ipBlock),
});
export interface NetworkPolicyPeer extends Infer<typeof networkPolicyPeer> {}

export const networkPolicyPort = message("io.k8s.api.networking.v1.NetworkPolicyPort", {
  protocol: field(1, protocol, { pointer: true }),
  port: field(2, intOrString),
  endPort: field(3, int32, { pointer: true }),
});
export interface NetworkPolicyPort extends Infer<typeof networkPolicyPort> {}

export const networkPolicyEgressRule = message("io.k8s.api.networking.v1.NetworkPolicyEgressRule", {
  ports: field(1, list(networkPolicyPort, { listType: "atomic" })),
  to: field(2, list(networkPolicyPeer, { listType: "atomic" })),
});
export interface NetworkPolicyEgressRule extends Infer<typeof networkPolicyEgressRule> {}

export const networkPolicyIngressRule = message("io.k8s.api.networking.v1.NetworkPolicyIngressRule", {
  ports: field(1, list(networkPolicyPort, { listType: "atomic" })),
  from: field(2, list(networkPolicyPeer, { listType: "atomic" })),
});
export interface NetworkPolicyIngressRule extends Infer<typeof networkPolicyIngressRule> {}

export const policyType = enumeration("Egress", "Ingress");
export type PolicyType = Infer<typeof policyType>;

export const networkPolicySpec = message("io.k8s.api.networking.v1.NetworkPolicySpec", {
  podSelector: field(1, labelSelector, { always: true }),
  ingress: field(2, list(networkPolicyIngressRule, { listType: "atomic" })),
  egress: field(3, list(networkPolicyEgressRule, { listType: "atomic" })),
  policyTypes: field(4, list(policyType, { listType: "atomic" })),
});
export interface NetworkPolicySpec extends Infer<typeof networkPolicySpec> {}

export const networkPolicy = kind("io.k8s.api.networking.v1.NetworkPolicy", "networking.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, networkPolicySpec, { always: true }),
});
export interface NetworkPolicy extends Infer<typeof networkPolicy> {}

export const networkPolicyList = listKind("io.k8s.api.networking.v1.NetworkPolicyList", networkPolicy);
export interface NetworkPolicyList extends Infer<typeof networkPolicyList> {}
