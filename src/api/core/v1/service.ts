/** Service. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { condition, objectMeta } from "../../meta/v1/object-meta.ts";
import {
  boolean,
  enumeration,
  field,
  int32,
  intOrString,
  kind,
  list,
  map,
  message,
  string,
} from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { protocol } from "./enums.ts";

export const clientIPConfig = message("io.k8s.api.core.v1.ClientIPConfig", {
  timeoutSeconds: field(1, int32, { pointer: true }),
});
export interface ClientIPConfig extends Infer<typeof clientIPConfig> {}

export const portStatus = message("io.k8s.api.core.v1.PortStatus", {
  port: field(1, int32, { required: true, default: 0 }),
  protocol: field(2, protocol, { required: true }),
  error: field(3, string, { pointer: true }),
});
export interface PortStatus extends Infer<typeof portStatus> {}

export const loadBalancerIngress = message("io.k8s.api.core.v1.LoadBalancerIngress", {
  ip: field(1, string),
  hostname: field(2, string),
  ipMode: field(3, string, { pointer: true }),
  ports: field(4, list(portStatus, { listType: "atomic" })),
});
export interface LoadBalancerIngress extends Infer<typeof loadBalancerIngress> {}

export const loadBalancerStatus = message("io.k8s.api.core.v1.LoadBalancerStatus", {
  ingress: field(1, list(loadBalancerIngress, { listType: "atomic" })),
});
export interface LoadBalancerStatus extends Infer<typeof loadBalancerStatus> {}

export const servicePort = message("io.k8s.api.core.v1.ServicePort", {
  name: field(1, string),
  protocol: field(2, protocol, { default: "TCP" }),
  port: field(3, int32, { required: true, default: 0 }),
  targetPort: field(4, intOrString, { always: true }),
  nodePort: field(5, int32),
  appProtocol: field(6, string, { pointer: true }),
});
export interface ServicePort extends Infer<typeof servicePort> {}

export const sessionAffinityConfig = message("io.k8s.api.core.v1.SessionAffinityConfig", {
  clientIP: field(1, clientIPConfig),
});
export interface SessionAffinityConfig extends Infer<typeof sessionAffinityConfig> {}

export const ipFamily = enumeration("", "IPv4", "IPv6");
export type IPFamily = Infer<typeof ipFamily>;

export const ipFamilyPolicy = enumeration("PreferDualStack", "RequireDualStack", "SingleStack");
export type IPFamilyPolicy = Infer<typeof ipFamilyPolicy>;

export const serviceAffinity = enumeration("ClientIP", "None");
export type ServiceAffinity = Infer<typeof serviceAffinity>;

export const serviceExternalTrafficPolicy = enumeration("Cluster", "Local");
export type ServiceExternalTrafficPolicy = Infer<typeof serviceExternalTrafficPolicy>;

export const serviceInternalTrafficPolicy = enumeration("Cluster", "Local");
export type ServiceInternalTrafficPolicy = Infer<typeof serviceInternalTrafficPolicy>;

export const serviceType = enumeration("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
export type ServiceType = Infer<typeof serviceType>;

export const serviceSpec = message("io.k8s.api.core.v1.ServiceSpec", {
  ports: field(1, list(servicePort, { listType: "map", listMapKeys: ["port", "protocol"] }), {
    patchStrategy: "merge",
    patchMergeKey: "port",
  }),
  selector: field(2, map(string), { mapType: "atomic" }),
  clusterIP: field(3, string),
  clusterIPs: field(18, list(string, { listType: "atomic" })),
  type: field(4, serviceType),
  externalIPs: field(5, list(string, { listType: "atomic" })),
  sessionAffinity: field(7, serviceAffinity),
  loadBalancerIP: field(8, string),
  loadBalancerSourceRanges: field(9, list(string, { listType: "atomic" })),
  externalName: field(10, string),
  externalTrafficPolicy: field(11, serviceExternalTrafficPolicy),
  healthCheckNodePort: field(12, int32),
  publishNotReadyAddresses: field(13, boolean),
  sessionAffinityConfig: field(14, sessionAffinityConfig),
  ipFamilies: field(19, list(ipFamily, { listType: "atomic" })),
  ipFamilyPolicy: field(17, ipFamilyPolicy, { pointer: true }),
  allocateLoadBalancerNodePorts: field(20, boolean, { pointer: true }),
  loadBalancerClass: field(21, string, { pointer: true }),
  internalTrafficPolicy: field(22, serviceInternalTrafficPolicy, { pointer: true }),
  trafficDistribution: field(23, string, { pointer: true }),
});
export interface ServiceSpec extends Infer<typeof serviceSpec> {}

export const serviceStatus = message("io.k8s.api.core.v1.ServiceStatus", {
  loadBalancer: field(1, loadBalancerStatus, { always: true }),
  conditions: field(2, list(condition, { listType: "map", listMapKeys: ["type"] }), {
    patchStrategy: "merge",
    patchMergeKey: "type",
  }),
});
export interface ServiceStatus extends Infer<typeof serviceStatus> {}

export const service = kind("io.k8s.api.core.v1.Service", "v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, serviceSpec, { always: true }),
  status: field(3, serviceStatus, { always: true }),
});
export interface Service extends Infer<typeof service> {}

export const serviceList = listKind("io.k8s.api.core.v1.ServiceList", service);
export interface ServiceList extends Infer<typeof serviceList> {}
