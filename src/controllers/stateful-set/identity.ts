/** What makes the pods of a StatefulSet themselves: ordinal, name, labels, host name, claims. Pure. */
import { type appsv1, clone, type corev1, type metav1 } from "../../api/mod.ts";
import { newControllerReference } from "../support/controller-reference.ts";
import { type PodDraft, podFromTemplate } from "../support/pod-control.ts";

export const podNameLabel = "statefulset.kubernetes.io/pod-name";
const podIndexLabel = "apps.kubernetes.io/pod-index";
export const revisionLabel = "controller-revision-hash";

const statefulSet = { apiVersion: "apps/v1", kind: "StatefulSet" };

export function podName(set: appsv1.StatefulSet, ordinal: number): string {
  return `${set.metadata.name}-${ordinal}`;
}

/** Undefined where the pod's name is not one of the set's. */
export function ordinalOf(set: appsv1.StatefulSet, pod: corev1.Pod): number | undefined {
  const prefix = `${set.metadata.name}-`;
  if (!pod.metadata.name.startsWith(prefix)) return undefined;
  const text = pod.metadata.name.slice(prefix.length);
  return /^\d+$/.test(text) && Number(text) < 2 ** 31 ? Number(text) : undefined;
}

export function startOrdinal(set: appsv1.StatefulSet): number {
  return set.spec.ordinals?.start ?? 0;
}

export function wantedReplicas(set: appsv1.StatefulSet): number {
  return set.spec.replicas ?? 1;
}

/** The ordinals that the set is to have, ascending. */
export function wantedOrdinals(set: appsv1.StatefulSet): number[] {
  return Array.from({ length: wantedReplicas(set) }, (_, index) => startOrdinal(set) + index);
}

export function claimName(template: corev1.PersistentVolumeClaim, set: appsv1.StatefulSet, ordinal: number): string {
  return `${template.metadata.name}-${podName(set, ordinal)}`;
}

/** The pod of this ordinal as a revision's template wants it. */
export function newPod(
  set: appsv1.StatefulSet,
  template: corev1.PodTemplateSpec,
  options: { readonly ordinal: number; readonly revision: string },
): PodDraft {
  const pod = podFromTemplate(template, set, newControllerReference(set, statefulSet));
  const name = podName(set, options.ordinal);
  pod.metadata.name = name;
  pod.metadata.labels = {
    ...pod.metadata.labels,
    [podIndexLabel]: String(options.ordinal),
    [revisionLabel]: options.revision,
    [podNameLabel]: name,
  };
  pod.spec.hostname = name;
  if (set.spec.serviceName) pod.spec.subdomain = set.spec.serviceName;
  pod.spec.volumes = withClaims(pod.spec.volumes ?? [], set, options.ordinal);
  if (pod.spec.volumes.length === 0) delete pod.spec.volumes;
  return pod;
}

/** A claim template takes the place of a volume of the same name. */
function withClaims(volumes: readonly corev1.Volume[], set: appsv1.StatefulSet, ordinal: number): corev1.Volume[] {
  const templates = set.spec.volumeClaimTemplates ?? [];
  const claimed = templates.map((template) => ({
    name: template.metadata.name,
    persistentVolumeClaim: { claimName: claimName(template, set, ordinal), readOnly: false },
  }));
  const names = new Set(claimed.map((volume) => volume.name));
  return [...claimed, ...volumes.filter((volume) => !names.has(volume.name))];
}

/** The claims that the pod of this ordinal needs. */
export function claimsOf(set: appsv1.StatefulSet, ordinal: number): corev1.PersistentVolumeClaim[] {
  return (set.spec.volumeClaimTemplates ?? []).map((template) => {
    const claim = clone(template);
    claim.apiVersion = "v1";
    claim.kind = "PersistentVolumeClaim";
    claim.metadata.name = claimName(template, set, ordinal);
    claim.metadata.namespace = set.metadata.namespace;
    claim.metadata.labels = { ...claim.metadata.labels, ...set.spec.selector.matchLabels };
    delete claim.status;
    return claim;
  });
}

/** Its labels and volumes still say who it is. */
export function identityMatches(set: appsv1.StatefulSet, pod: corev1.Pod): boolean {
  const ordinal = ordinalOf(set, pod);
  return (
    ordinal !== undefined &&
    pod.metadata.namespace === set.metadata.namespace &&
    pod.metadata.labels?.[podNameLabel] === pod.metadata.name &&
    pod.metadata.labels?.[podIndexLabel] === String(ordinal)
  );
}

/** The labels that belong to the pod's identity. */
export function identityLabels(set: appsv1.StatefulSet, pod: corev1.Pod): Record<string, string> {
  return { [podNameLabel]: pod.metadata.name, [podIndexLabel]: String(ordinalOf(set, pod) ?? "") };
}

export function revisionOf(pod: corev1.Pod): string {
  return pod.metadata.labels?.[revisionLabel] ?? "";
}

/**
 * Owners of a claim under the retention policy (KEP-1847): the set where its deletion takes the claim along, the pod where scaling down
 * does. Other owners stay as they are.
 */
export function claimOwners(
  set: appsv1.StatefulSet,
  pod: corev1.Pod | undefined,
  present: readonly metav1.OwnerReference[],
  scaledDown: boolean,
): metav1.OwnerReference[] {
  const policy = set.spec.persistentVolumeClaimRetentionPolicy;
  const others = present.filter((one) => one.uid !== set.metadata.uid && !isPodOfSet(one, set));
  if (policy?.whenScaled === "Delete" && scaledDown) return pod ? [...others, podReference(pod)] : others;
  if (policy?.whenDeleted === "Delete") return [...others, newControllerReference(set, statefulSet)];
  return others;
}

function isPodOfSet(reference: metav1.OwnerReference, set: appsv1.StatefulSet): boolean {
  return reference.kind === "Pod" && reference.name.startsWith(`${set.metadata.name}-`);
}

function podReference(pod: corev1.Pod): metav1.OwnerReference {
  return newControllerReference(pod, { apiVersion: "v1", kind: "Pod" });
}
