/** Namespaces, priority classes and the like that every cluster starts with, as data. */
import type { AddedKind } from "../kinds/added-kind.ts";
import { timestamp } from "../registry/operation.ts";
import type { Blueprint } from "./ensure.ts";

export const namespaces: readonly Blueprint[] = ["default", "kube-node-lease", "kube-public", "kube-system"].map(
  (name) => ({
    metadata: { name, labels: { "kubernetes.io/metadata.name": name } },
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  }),
);

export const priorityClasses: readonly Blueprint[] = [
  priorityClass(
    "system-cluster-critical",
    2_000_000_000,
    "For pods that the cluster needs to work, on whichever node.",
  ),
  priorityClass("system-node-critical", 2_000_001_000, "For pods that their node needs to work."),
];

function priorityClass(name: string, value: number, description: string): Blueprint {
  return { metadata: { name }, value, description, preemptionPolicy: "PreemptLowerPriority" };
}

type ServicePriority = readonly [group: string, version: string, groupPriority: number, versionPriority: number];

/** Behind the built-in groups, before custom resources. */
const addedPriority = { group: 15000, version: 15 };

/** Where a group stands among the others, and a version within its group: `kubectl` and discovery go by it. */
const servicePriorities: readonly ServicePriority[] = [
  ["", "v1", 18000, 1],
  ["apps", "v1", 17800, 15],
  ["events.k8s.io", "v1", 17750, 15],
  ["authentication.k8s.io", "v1", 17700, 15],
  ["authorization.k8s.io", "v1", 17600, 15],
  ["autoscaling", "v1", 17500, 15],
  ["autoscaling", "v2", 17500, 30],
  ["batch", "v1", 17400, 15],
  ["certificates.k8s.io", "v1", 17300, 15],
  ["networking.k8s.io", "v1", 17200, 15],
  ["policy", "v1", 17100, 15],
  ["rbac.authorization.k8s.io", "v1", 17000, 15],
  ["storage.k8s.io", "v1", 16800, 15],
  ["admissionregistration.k8s.io", "v1", 16700, 15],
  ["apiextensions.k8s.io", "v1", 16700, 15],
  ["scheduling.k8s.io", "v1", 16600, 15],
  ["coordination.k8s.io", "v1", 16500, 15],
  ["node.k8s.io", "v1", 16300, 15],
  ["discovery.k8s.io", "v1", 16200, 15],
  ["resource.k8s.io", "v1", 16200, 21],
  ["flowcontrol.apiserver.k8s.io", "v1", 16100, 21],
];

/** One for each group and version, those of the added kinds among them. */
export function apiServices(kinds: readonly AddedKind[], now: number): Blueprint[] {
  const known = new Set(servicePriorities.map(([group, version]) => `${version}.${group}`));
  const added = kinds.flatMap(({ strategy, priority = addedPriority }): ServicePriority[] => {
    const { group, version } = strategy.resource;
    const isNew = !known.has(`${version}.${group}`);
    known.add(`${version}.${group}`);
    return isNew ? [[group, version, priority.group, priority.version]] : [];
  });
  return [...servicePriorities, ...added].map(([group, version, groupPriorityMinimum, versionPriority]) => ({
    metadata: { name: `${version}.${group}`, labels: { "kube-aggregator.kubernetes.io/automanaged": "onstart" } },
    spec: { ...(group && { group }), version, groupPriorityMinimum, versionPriority },
    status: { conditions: [condition("Available", "Local", "Local APIServices are always available", now)] },
  }));
}

export function serviceCidr(cidrs: readonly string[], now: number): Blueprint {
  return {
    metadata: { name: "kubernetes" },
    spec: { cidrs },
    status: { conditions: [condition("Ready", "", "Kubernetes default Service CIDR is ready", now)] },
  };
}

function condition(type: string, reason: string, message: string, now: number) {
  return { type, status: "True", lastTransitionTime: timestamp(now), reason, message };
}

/** Since when the use of service accounts' tokens in Secrets is noted. */
export function tokenTracking(now: number): Blueprint {
  const metadata = { name: "kube-apiserver-legacy-service-account-token-tracking", namespace: "kube-system" };
  return { metadata, data: { since: new Date(now).toISOString().slice(0, 10) } };
}
