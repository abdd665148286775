/** What a pod is to be. */
import {
  boolean,
  enumeration,
  field,
  int32,
  int64,
  list,
  map,
  message,
  quantity,
  string,
} from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { affinity, topologySpreadConstraint } from "./affinity.ts";
import { container, ephemeralContainer, resourceRequirements } from "./container.ts";
import { toleration } from "./node-selector.ts";
import { localObjectReference } from "./references.ts";
import { podSecurityContext } from "./security-context.ts";
import { volume } from "./volume.ts";

export const hostAlias = message("io.k8s.api.core.v1.HostAlias", {
  ip: field(1, string, { required: true }),
  hostnames: field(2, list(string, { listType: "atomic" })),
});
export interface HostAlias extends Infer<typeof hostAlias> {}

export const podDNSConfigOption = message("io.k8s.api.core.v1.PodDNSConfigOption", {
  name: field(1, string),
  value: field(2, string, { pointer: true }),
});
export interface PodDNSConfigOption extends Infer<typeof podDNSConfigOption> {}

export const podDNSConfig = message("io.k8s.api.core.v1.PodDNSConfig", {
  nameservers: field(1, list(string, { listType: "atomic" })),
  searches: field(2, list(string, { listType: "atomic" })),
  options: field(3, list(podDNSConfigOption, { listType: "atomic" })),
});
export interface PodDNSConfig extends Infer<typeof podDNSConfig> {}

export const podOS = message("io.k8s.api.core.v1.PodOS", {
  name: field(1, string, { required: true }),
});
export interface PodOS extends Infer<typeof podOS> {}

export const podReadinessGate = message("io.k8s.api.core.v1.PodReadinessGate", {
  conditionType: field(1, string, { required: true }),
});
export interface PodReadinessGate extends Infer<typeof podReadinessGate> {}

export const podResourceClaim = message("io.k8s.api.core.v1.PodResourceClaim", {
  name: field(1, string, { required: true }),
  resourceClaimName: field(3, string, { pointer: true }),
  resourceClaimTemplateName: field(4, string, { pointer: true }),
});
export interface PodResourceClaim extends Infer<typeof podResourceClaim> {}

export const podSchedulingGate = message("io.k8s.api.core.v1.PodSchedulingGate", {
  name: field(1, string, { required: true }),
});
export interface PodSchedulingGate extends Infer<typeof podSchedulingGate> {}

export const podSchedulingGroup = message(
  "io.k8s.api.core.v1.PodSchedulingGroup",
  {
    podGroupName: field(1, string, { pointer: true }),
  },
  { unions: [{ fields: { podGroupName: "PodGroupName" } }] },
);
export interface PodSchedulingGroup extends Infer<typeof podSchedulingGroup> {}

export const dnsPolicy = enumeration("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None");
export type DNSPolicy = Infer<typeof dnsPolicy>;

export const preemptionPolicy = enumeration("Never", "PreemptLowerPriority");
export type PreemptionPolicy = Infer<typeof preemptionPolicy>;

export const restartPolicy = enumeration("Always", "Never", "OnFailure");
export type RestartPolicy = Infer<typeof restartPolicy>;

export const podSpec = message("io.k8s.api.core.v1.PodSpec", {
  volumes: field(1, list(volume, { listType: "map", listMapKeys: ["name"] }), {
    patchStrategy: "merge,retainKeys",
    patchMergeKey: "name",
  }),
  containers: field(2, list(container, { listType: "map", listMapKeys: ["name"] }), {
    required: true,
    patchStrategy: "merge",
    patchMergeKey: "name",
  }),
  restartPolicy: field(3, restartPolicy),
  terminationGracePeriodSeconds: field(4, int64, { pointer: true }),
  activeDeadlineSeconds: field(5, int64, { pointer: true }),
  dnsPolicy: field(6, dnsPolicy),
  nodeSelector: field(7, map(string), { mapType: "atomic" }),
  serviceAccountName: field(8, string),
  serviceAccount: field(9, string),
  nodeName: field(10, string),
  hostNetwork: field(11, boolean),
  hostPID: field(12, boolean),
  hostIPC: field(13, boolean),
  securityContext: field(14, podSecurityContext),
  imagePullSecrets: field(15, list(localObjectReference, { listType: "map", listMapKeys: ["name"] }), {
    patchStrategy: "merge",
    patchMergeKey: "name",
  }),
  hostname: field(16, string),
  subdomain: field(17, string),
  affinity: field(18, affinity),
  schedulerName: field(19, string),
  initContainers: field(20, list(container, { listType: "map", listMapKeys: ["name"] }), {
    patchStrategy: "merge",
    patchMergeKey: "name",
  }),
  automountServiceAccountToken: field(21, boolean, { pointer: true }),
  tolerations: field(22, list(toleration, { listType: "atomic" })),
  hostAliases: field(23, list(hostAlias, { listType: "map", listMapKeys: ["ip"] }), {
    patchStrategy: "merge",
    patchMergeKey: "ip",
  }),
  priorityClassName: field(24, string),
  priority: field(25, int32, { pointer: true }),
  dnsConfig: field(26, podDNSConfig),
  shareProcessNamespace: field(27, boolean, { pointer: true }),
  readinessGates: field(28, list(podReadinessGate, { listType: "atomic" })),
  runtimeClassName: field(29, string, { pointer: true }),
  enableServiceLinks: field(30, boolean, { pointer: true }),
  preemptionPolicy: field(31, preemptionPolicy, { pointer: true }),
  overhead: field(32, map(quantity)),
  topologySpreadConstraints: field(
    33,
    list(topologySpreadConstraint, { listType: "map", listMapKeys: ["topologyKey", "whenUnsatisfiable"] }),
    { patchStrategy: "merge", patchMergeKey: "topologyKey" },
  ),
  ephemeralContainers: field(34, list(ephemeralContainer, { listType: "map", listMapKeys: ["name"] }), {
    patchStrategy: "merge",
    patchMergeKey: "name",
  }),
  setHostnameAsFQDN: field(35, boolean, { pointer: true }),
  os: field(36, podOS),
  hostUsers: field(37, boolean, { pointer: true }),
  schedulingGates: field(38, list(podSchedulingGate, { listType: "map", listMapKeys: ["name"] }), {
    patchStrategy: "merge",
    patchMergeKey: "name",
  }),
  resourceClaims: field(39, list(podResourceClaim, { listType: "map", listMapKeys: ["name"] }), {
    patchStrategy: "merge,retainKeys",
    patchMergeKey: "name",
  }),
  resources: field(40, resourceRequirements),
  hostnameOverride: field(41, string, { pointer: true }),
  schedulingGroup: field(43, podSchedulingGroup),
});
export interface PodSpec extends Infer<typeof podSpec> {}
