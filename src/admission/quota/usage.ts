/** What an object takes of a namespace's quota, by the names that quotas use. */
import {
  type Amounts,
  addAmounts,
  type corev1,
  isHugePages,
  type KubernetesObject,
  type ResourceInfo,
  resources,
} from "../../api/mod.ts";
import { podAmounts } from "../pod-resources.ts";

type Resource = Pick<ResourceInfo, "group" | "resource">;

/** Kinds that quotas may also count by their bare name. */
const plainCounts: ReadonlySet<string> = new Set([
  "configmaps",
  "persistentvolumeclaims",
  "pods",
  "replicationcontrollers",
  "resourcequotas",
  "secrets",
  "services",
]);

const standard: ReadonlySet<string> = new Set(["cpu", "memory", "ephemeral-storage"]);

function countName({ group, resource }: Resource): string {
  return `count/${group === "" ? resource : `${resource}.${group}`}`;
}

function counts(resource: Resource): Amounts {
  const plain = resource.group === "" && plainCounts.has(resource.resource) ? { [resource.resource]: "1" } : {};
  return { [countName(resource)]: "1", ...plain };
}

function podUsage(pod: corev1.Pod): Amounts {
  const usage: Record<string, string> = {};
  for (const [name, amount] of Object.entries(podAmounts(pod, "requests"))) {
    usage[`requests.${name}`] = amount;
    if (standard.has(name) || isHugePages(name)) usage[name] = amount;
  }
  for (const [name, amount] of Object.entries(podAmounts(pod, "limits")))
    if (standard.has(name)) usage[`limits.${name}`] = amount;
  return usage;
}

function serviceUsage({ spec }: corev1.Service): Amounts {
  const ports = spec.ports ?? [];
  if (spec.type === "NodePort") return { "services.nodeports": String(ports.length) };
  if (spec.type !== "LoadBalancer") return {};
  const nodePorts = spec.allocateLoadBalancerNodePorts === false ? ports.filter(({ nodePort }) => nodePort) : ports;
  return { "services.loadbalancers": "1", "services.nodeports": String(nodePorts.length) };
}

function claimUsage({ spec }: corev1.PersistentVolumeClaim): Amounts {
  const storage = spec.resources?.requests?.["storage"];
  const ofClass = spec.storageClassName ? `${spec.storageClassName}.storageclass.storage.k8s.io/` : undefined;
  return {
    ...(storage !== undefined && { "requests.storage": storage }),
    ...(ofClass && { [`${ofClass}persistentvolumeclaims`]: "1" }),
    ...(ofClass && storage !== undefined && { [`${ofClass}requests.storage`]: storage }),
  };
}

export function usageOf(resource: Resource, object: KubernetesObject): Amounts {
  const counted = counts(resource);
  if (resource.group !== "") return counted;
  switch (resource.resource) {
    case resources.pods.resource:
      return addAmounts(counted, podUsage(object as corev1.Pod));
    case resources.services.resource:
      return addAmounts(counted, serviceUsage(object as corev1.Service));
    case resources.persistentvolumeclaims.resource:
      return addAmounts(counted, claimUsage(object as corev1.PersistentVolumeClaim));
    default:
      return counted;
  }
}
