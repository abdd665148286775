/** Defaults of the core group, except those of pods. */

import { secret } from "../core/v1/config.ts";
import { endpointPort } from "../core/v1/endpoints.ts";
import { namespace } from "../core/v1/namespace.ts";
import { node } from "../core/v1/node.ts";
import { nodeStatus } from "../core/v1/node-status.ts";
import { persistentVolume } from "../core/v1/persistent-volume.ts";
import { persistentVolumeClaim, persistentVolumeClaimSpec } from "../core/v1/persistent-volume-claim.ts";
import { limitRangeItem } from "../core/v1/quota.ts";
import { replicationController } from "../core/v1/replication-controller.ts";
import { type Service, service } from "../core/v1/service.ts";
import { defaultsOf, defaultsOfPart } from "./rules.ts";

/** Three hours. */
const affinitySeconds = 10_800;

export const coreDefaults = [
  defaultsOfPart(service, "spec", setService),
  defaultsOfPart(service, "status", ({ loadBalancer }) => {
    for (const ingress of loadBalancer?.ingress ?? []) if (ingress.ip) ingress.ipMode ??= "VIP";
  }),
  defaultsOfPart(node, "spec", (spec) => {
    // The first block and the list say the same; the single one counts where they do not.
    if (spec.podCIDR && spec.podCIDRs?.[0] !== spec.podCIDR) spec.podCIDRs = [spec.podCIDR];
    else if (spec.podCIDRs?.[0] && !spec.podCIDR) spec.podCIDR = spec.podCIDRs[0];
  }),
  defaultsOf(endpointPort, (port) => {
    port.protocol ??= "TCP";
  }),
  defaultsOf(secret, (object) => {
    object.type ??= "Opaque";
    // Plain text is for writing only: it is stored, and read, encoded.
    if (!object.stringData) return;
    const encoded = Object.entries(object.stringData).map(([name, text]) => [
      name,
      Buffer.from(text).toString("base64"),
    ]);
    object.data = { ...object.data, ...Object.fromEntries(encoded) };
    delete object.stringData;
  }),
  defaultsOf(namespace, (object) => {
    if (!object.status?.phase) object.status = { ...object.status, phase: "Active" };
    if (!object.metadata.name) return;
    object.metadata.labels ??= {};
    object.metadata.labels["kubernetes.io/metadata.name"] ??= object.metadata.name;
  }),
  defaultsOf(nodeStatus, (status) => {
    if (status.capacity) status.allocatable ??= { ...status.capacity };
  }),
  defaultsOfPart(persistentVolume, "spec", (spec) => {
    spec.persistentVolumeReclaimPolicy ??= "Retain";
    spec.volumeMode ??= "Filesystem";
  }),
  defaultsOfPart(persistentVolume, "status", (status) => {
    status.phase ??= "Pending";
  }),
  defaultsOfPart(persistentVolumeClaim, "status", (status) => {
    status.phase ??= "Pending";
  }),
  defaultsOf(persistentVolumeClaimSpec, (spec) => {
    spec.volumeMode ??= "Filesystem";
  }),
  defaultsOf(replicationController, ({ metadata, spec }) => {
    const labels = spec.template?.metadata?.labels;
    if (labels) metadata.labels ??= { ...labels };
  }),
  defaultsOfPart(replicationController, "spec", (spec) => {
    const labels = spec.template?.metadata?.labels;
    if (labels) spec.selector ??= { ...labels };
    spec.replicas ??= 1;
  }),
  defaultsOf(limitRangeItem, (item) => {
    if (item.type !== "Container") return;
    // What may be used at most is the limit where none is given, and limit and minimum the request.
    item.default = { ...item.max, ...item.default };
    item.defaultRequest = { ...item.min, ...item.default, ...item.defaultRequest };
    for (const key of ["default", "defaultRequest"] as const)
      if (Object.keys(item[key] ?? {}).length === 0) delete item[key];
  }),
];

function setService(spec: Service["spec"]): void {
  spec.sessionAffinity ??= "None";
  if (spec.sessionAffinity === "None") delete spec.sessionAffinityConfig;
  else spec.sessionAffinityConfig = withTimeout(spec.sessionAffinityConfig);
  spec.type ??= "ClusterIP";
  for (const port of spec.ports ?? []) {
    port.protocol ??= "TCP";
    port.targetPort ||= port.port;
  }
  if (isReachedFromOutside(spec)) spec.externalTrafficPolicy ??= "Cluster";
  if (spec.type !== "ExternalName") spec.internalTrafficPolicy ??= "Cluster";
  if (spec.type === "LoadBalancer") spec.allocateLoadBalancerNodePorts ??= true;
}

function withTimeout(config: Service["spec"]["sessionAffinityConfig"]): Service["spec"]["sessionAffinityConfig"] {
  return { ...config, clientIP: { timeoutSeconds: affinitySeconds, ...config?.clientIP } };
}

function isReachedFromOutside({ type, externalIPs = [] }: Service["spec"]): boolean {
  return type === "NodePort" || type === "LoadBalancer" || (type === "ClusterIP" && externalIPs.length > 0);
}
