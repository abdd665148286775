/** The pod that a DaemonSet wants on a node, and whether it wants one there. Pure. */
import { type appsv1, clone, type corev1, podAcceptsNode, tolerates } from "../../api/mod.ts";
import { newControllerReference } from "../support/controller-reference.ts";
import { type PodDraft, podFromTemplate } from "../support/pod-control.ts";

export const revisionLabel = "controller-revision-hash";
const generationLabel = "pod-template-generation";
const generationAnnotation = "deprecated.daemonset.template.generation";

export interface NodeVerdict {
  /** A pod is to be made. */
  readonly shouldRun: boolean;
  /** A pod that is there may stay. */
  readonly shouldContinue: boolean;
}

/** Taints that keep new pods away let running ones stay, unless they evict. */
export function judgeNode(set: appsv1.DaemonSet, node: corev1.Node): NodeVerdict {
  const spec = set.spec.template.spec!;
  const { name, labels = {} } = node.metadata;
  if (spec.nodeName && spec.nodeName !== name) return { shouldRun: false, shouldContinue: false };
  if (!podAcceptsNode(spec, { name, labels })) return { shouldRun: false, shouldContinue: false };
  const tolerations = daemonTolerations(spec);
  const untolerated = (node.spec.taints ?? []).filter((taint) => !tolerates(tolerations, taint));
  const shouldContinue = untolerated.every(({ effect }) => effect !== "NoExecute");
  const shouldRun = untolerated.every(({ effect }) => effect !== "NoExecute" && effect !== "NoSchedule");
  return { shouldRun, shouldContinue };
}

/** A daemon outlives what drives other pods away. */
function daemonTolerations(spec: corev1.PodSpec): corev1.Toleration[] {
  const added: corev1.Toleration[] = [
    { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" },
    { key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute" },
    { key: "node.kubernetes.io/disk-pressure", operator: "Exists", effect: "NoSchedule" },
    { key: "node.kubernetes.io/memory-pressure", operator: "Exists", effect: "NoSchedule" },
    { key: "node.kubernetes.io/pid-pressure", operator: "Exists", effect: "NoSchedule" },
    { key: "node.kubernetes.io/unschedulable", operator: "Exists", effect: "NoSchedule" },
  ];
  if (spec.hostNetwork) {
    added.push({ key: "node.kubernetes.io/network-unavailable", operator: "Exists", effect: "NoSchedule" });
  }
  const present = spec.tolerations ?? [];
  const missing = added.filter((one) => !present.some((other) => isSameToleration(one, other)));
  return [...present, ...missing];
}

function isSameToleration(a: corev1.Toleration, b: corev1.Toleration): boolean {
  return a.key === b.key && a.operator === b.operator && a.effect === b.effect && b.tolerationSeconds === undefined;
}

/** The scheduler binds it, bound to this node by its affinity. */
export function newDaemonPod(set: appsv1.DaemonSet, hash: string, nodeName: string): PodDraft {
  const pod = podFromTemplate(
    set.spec.template,
    set,
    newControllerReference(set, { apiVersion: "apps/v1", kind: "DaemonSet" }),
  );
  const generation = set.metadata.annotations?.[generationAnnotation];
  pod.metadata.labels = {
    ...pod.metadata.labels,
    [revisionLabel]: hash,
    ...(generation ? { [generationLabel]: generation } : {}),
  };
  pod.spec.tolerations = daemonTolerations(pod.spec);
  pod.spec.affinity = boundTo(pod.spec.affinity, nodeName);
  return pod;
}

/** The name of the node takes the place of matchFields; expressions of the template stay. */
function boundTo(affinity: corev1.Affinity | undefined, nodeName: string): corev1.Affinity {
  const matchFields = [{ key: "metadata.name", operator: "In" as const, values: [nodeName] }];
  const result = clone(affinity ?? {});
  const required = result.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const terms = required?.nodeSelectorTerms ?? [];
  const bound = terms.length > 0 ? terms.map((term) => ({ ...term, matchFields })) : [{ matchFields }];
  result.nodeAffinity = {
    ...result.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: bound },
  };
  return result;
}

/** The node that a pod is on, or that its affinity names while it waits to be bound. */
export function targetNodeOf(pod: corev1.Pod): string | undefined {
  if (pod.spec.nodeName) return pod.spec.nodeName;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  for (const term of required?.nodeSelectorTerms ?? []) {
    const field = term.matchFields?.find((one) => one.key === "metadata.name" && one.operator === "In");
    if (field?.values?.length === 1) return field.values[0];
  }
  return undefined;
}

/** Made from the present template; objects of old carry a generation instead of a hash. */
export function isUpdated(set: appsv1.DaemonSet, pod: corev1.Pod, hash: string): boolean {
  const labels = pod.metadata.labels ?? {};
  if (labels[revisionLabel] === hash) return true;
  const generation = set.metadata.annotations?.[generationAnnotation];
  return labels[revisionLabel] === undefined && generation !== undefined && labels[generationLabel] === generation;
}
