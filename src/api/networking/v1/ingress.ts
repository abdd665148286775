/** Ingress. */
import { protocol } from "../../core/v1/enums.ts";
import { typedLocalObjectReference } from "../../core/v1/references.ts";
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { enumeration, field, inline, int32, kind, list, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const serviceBackendPort = message(
  "io.k8s.api.networking.v1.ServiceBackendPort",
  {
    name: field(1, string),
    number: field(2, int32),
  },
  { mapType: "atomic" },
);
export interface ServiceBackendPort extends Infer<typeof serviceBackendPort> {}

export const ingressServiceBackend = message("io.k8s.api.networking.v1.IngressServiceBackend", {
  name: field(1, string, { required: true }),
  port: field(2, serviceBackendPort, { always: true }),
});
export interface IngressServiceBackend extends Infer<typeof ingressServiceBackend> {}

export const ingressBackend = message("io.k8s.api.networking.v1.IngressBackend", {
  resource: field(3, typedLocalObjectReference),
  service: field(4, ingressServiceBackend),
});
export interface IngressBackend extends Infer<typeof ingressBackend> {}

export const pathType = enumeration("Exact", "ImplementationSpecific", "Prefix");
export type PathType = Infer<typeof pathType>;

export const httpIngressPath = message("io.k8s.api.networking.v1.HTTPIngressPath", {
  path: field(1, string),
  backend: field(2, ingressBackend, { required: true }),
  pathType: field(3, pathType, { required: true, pointer: true }),
});
export interface HTTPIngressPath extends Infer<typeof httpIngressPath> {}

export const httpIngressRuleValue = message("io.k8s.api.networking.v1.HTTPIngressRuleValue", {
  paths: field(1, list(httpIngressPath, { listType: "atomic" }), { required: true }),
});
export interface HTTPIngressRuleValue extends Infer<typeof httpIngressRuleValue> {}

export const ingressRuleValue = message("io.k8s.api.networking.v1.IngressRuleValue", {
  http: field(1, httpIngressRuleValue),
});
export interface IngressRuleValue extends Infer<typeof ingressRuleValue> {}

export const ingressRule = message("io.k8s.api.networking.v1.IngressRule", {
  host: field(1, string),
  ingressRuleValue: inline(2, ingressRuleValue),
});
export interface IngressRule extends Infer<typeof ingressRule> {}

export const ingressTLS = message("io.k8s.api.networking.v1.IngressTLS", {
  hosts: field(1, list(string, { listType: "atomic" })),
  secretName: field(2, string),
});
export interface IngressTLS extends Infer<typeof ingressTLS> {}

export const ingressSpec = message("io.k8s.api.networking.v1.IngressSpec", {
  defaultBackend: field(1, ingressBackend),
  tls: field(2, list(ingressTLS, { listType: "atomic" })),
  rules: field(3, list(ingressRule, { listType: "atomic" })),
  ingressClassName: field(4, string, { pointer: true }),
});
export interface IngressSpec extends Infer<typeof ingressSpec> {}

export const ingressPortStatus = message("io.k8s.api.networking.v1.IngressPortStatus", {
  port: field(1, int32, { required: true, default: 0 }),
  protocol: field(2, protocol, { required: true }),
  error: field(3, string, { pointer: true }),
});
export interface IngressPortStatus extends Infer<typeof ingressPortStatus> {}

export const ingressLoadBalancerIngress = message("io.k8s.api.networking.v1.IngressLoadBalancerIngress", {
  ip: field(1, string),
  hostname: field(2, string),
  ports: field(4, list(ingressPortStatus, { listType: "atomic" })),
});
export interface IngressLoadBalancerIngress extends Infer<typeof ingressLoadBalancerIngress> {}

export const ingressLoadBalancerStatus = message("io.k8s.api.networking.v1.IngressLoadBalancerStatus", {
  ingress: field(1, list(ingressLoadBalancerIngress, { listType: "atomic" })),
});
export interface IngressLoadBalancerStatus extends Infer<typeof ingressLoadBalancerStatus> {}

export const ingressStatus = message("io.k8s.api.networking.v1.IngressStatus", {
  loadBalancer: field(1, ingressLoadBalancerStatus, { always: true }),
});
export interface IngressStatus extends Infer<typeof ingressStatus> {}

export const ingress = kind("io.k8s.api.networking.v1.Ingress", "networking.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, ingressSpec, { always: true }),
  status: field(3, ingressStatus, { always: true }),
});
export interface Ingress extends Infer<typeof ingress> {}

export const ingressList = listKind("io.k8s.api.networking.v1.IngressList", ingress);
export interface IngressList extends Infer<typeof ingressList> {}
