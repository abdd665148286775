import { type corev1, resources } from "../../../api/mod.ts";
import type { RequestContext, Strategy } from "../../registry/strategy.ts";
import { labelName } from "../../validation/name-rules.ts";
import { sameJson } from "../../validation/rules.ts";
import { ageColumn, labelsText, nameColumn, text, wide } from "../columns.ts";
import { validateService, validateServiceUpdate } from "./service-validation.ts";
import { serviceWarnings } from "./service-warnings.ts";

const docs = "io.k8s.api.core.v1.ServiceSpec";
const none = "<none>";

export const service: Strategy<corev1.Service> = {
  resource: resources.services,
  hasStatus: true,
  allowCreateOnUpdate: true,
  returnsDeletedObject: true,
  columns: [
    nameColumn,
    text("Type", (object) => object.spec.type ?? "", { describedBy: `${docs}.type` }),
    text("Cluster-IP", (object) => object.spec.clusterIPs?.[0] ?? (object.spec.clusterIP || none), {
      describedBy: `${docs}.clusterIP`,
    }),
    text("External-IP", externalText, { describedBy: `${docs}.externalIPs` }),
    text("Port(s)", portsText, { describedBy: `${docs}.ports` }),
    ageColumn,
    wide(text("Selector", (object) => labelsText(object.spec.selector), { describedBy: `${docs}.selector` })),
  ],
  selectableFields: {
    "spec.clusterIP": (object) => object.spec.clusterIP ?? "",
    "spec.type": (object) => object.spec.type ?? "",
  },
  validateName: labelName,
  prepareForCreate({ spec }) {
    if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
  },
  prepareForUpdate(object, old, context: RequestContext) {
    if (context.subresource === "status" || object.spec === old.spec) return;
    carryAllocations(object, old);
    dropForeignFields(object, old);
  },
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  warnings: serviceWarnings,
};

function isExternal({ spec }: corev1.Service): boolean {
  return spec.type === "NodePort" || spec.type === "LoadBalancer";
}

function hasNodePorts({ type, allocateLoadBalancerNodePorts }: corev1.ServiceSpec): boolean {
  return type === "NodePort" || (type === "LoadBalancer" && allocateLoadBalancerNodePorts !== false);
}

/** What an update leaves out and the server had filled in stays, as long as the type still has it. */
function carryAllocations(object: corev1.Service, old: corev1.Service): void {
  const { spec } = object;
  // A client that empties `clusterIP` means `clusterIPs` too, which its patch need not name.
  if (!spec.clusterIP && old.spec.clusterIP && spec.clusterIPs?.join() === old.spec.clusterIPs?.join())
    delete spec.clusterIPs;
  if (spec.type === "ExternalName" || old.spec.type === "ExternalName") return;
  carryClusterIPs(spec, old.spec);
  if (hasNodePorts(spec) && hasNodePorts(old.spec)) carryNodePorts(spec, old.spec);
  if (spec.externalTrafficPolicy === "Local" && spec.type === "LoadBalancer" && !spec.healthCheckNodePort)
    if (old.spec.healthCheckNodePort) spec.healthCheckNodePort = old.spec.healthCheckNodePort;
}

/** `clusterIP` and the first of `clusterIPs` are one thing; a client that changes one of them means both. */
function carryClusterIPs(spec: corev1.ServiceSpec, old: corev1.ServiceSpec): void {
  const list = spec.clusterIPs ?? [];
  const unchanged = list.length === 0 || sameJson(list, old.clusterIPs);
  if (!spec.clusterIP && old.clusterIP) {
    spec.clusterIP = old.clusterIP;
    if (list.length === 0 && old.clusterIPs) spec.clusterIPs = [...old.clusterIPs];
  } else if (spec.clusterIP && unchanged)
    spec.clusterIPs = spec.clusterIP === old.clusterIP ? [...(old.clusterIPs ?? [spec.clusterIP])] : [spec.clusterIP];
}

/** By protocol and port: that is how clients name a port that they did not give a number for. */
function carryNodePorts(spec: corev1.ServiceSpec, old: corev1.ServiceSpec): void {
  const taken = new Set((spec.ports ?? []).map((port) => port.nodePort).filter(Boolean));
  for (const port of spec.ports ?? []) {
    if (port.nodePort) continue;
    const before = old.ports?.find((other) => other.protocol === port.protocol && other.port === port.port);
    if (!before?.nodePort || taken.has(before.nodePort)) continue;
    port.nodePort = before.nodePort;
    taken.add(before.nodePort);
  }
}

/** Fields of another type than the service's own, which a change of type left behind. */
function dropForeignFields(object: corev1.Service, old: corev1.Service): void {
  const { spec } = object;
  const before = old.spec;
  if (before.type === spec.type) return;
  if (spec.type === "ExternalName") {
    if (spec.internalTrafficPolicy === before.internalTrafficPolicy) delete spec.internalTrafficPolicy;
    if (!spec.clusterIP || spec.clusterIP === before.clusterIP) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    if (sameJson(spec.ipFamilies, before.ipFamilies)) delete spec.ipFamilies;
    if (spec.ipFamilyPolicy === before.ipFamilyPolicy) delete spec.ipFamilyPolicy;
  }
  if (!isExternal(object)) {
    for (const port of spec.ports ?? [])
      if (before.ports?.some((other) => other.port === port.port && other.nodePort === port.nodePort))
        delete port.nodePort;
    if (spec.externalTrafficPolicy === before.externalTrafficPolicy) delete spec.externalTrafficPolicy;
  }
  if (spec.type !== "LoadBalancer") {
    if (spec.allocateLoadBalancerNodePorts === before.allocateLoadBalancerNodePorts)
      delete spec.allocateLoadBalancerNodePorts;
    if (spec.healthCheckNodePort === before.healthCheckNodePort) delete spec.healthCheckNodePort;
    if (spec.loadBalancerClass === before.loadBalancerClass) delete spec.loadBalancerClass;
    if (object.status?.loadBalancer?.ingress) object.status = { ...object.status, loadBalancer: {} };
  }
}

function externalText({ spec, status }: corev1.Service): string {
  if (spec.type === "ExternalName") return spec.externalName ?? "";
  const given = spec.externalIPs ?? [];
  if (spec.type !== "LoadBalancer") return given.length > 0 ? given.join(",") : none;
  const ingress = (status?.loadBalancer?.ingress ?? []).map((entry) => entry.ip || entry.hostname || "");
  const all = [...ingress.filter((entry) => entry !== ""), ...given];
  return all.length > 0 ? all.join(",") : "<pending>";
}

function portsText({ spec }: corev1.Service): string {
  const ports = (spec.ports ?? []).map(({ port, nodePort, protocol }) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return ports.length > 0 ? ports.join(",") : none;
}
