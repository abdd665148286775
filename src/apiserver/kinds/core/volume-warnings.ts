/** What is allowed in claims and volumes but likely not meant. */
import type { corev1 } from "../../../api/mod.ts";
import { field } from "../../validation/field-path.ts";
import { byteWarnings, nodeSelectorWarnings, sourceWarnings } from "./pod-warnings.ts";

const classAnnotation = "volume.beta.kubernetes.io/storage-class";

function annotationWarnings(annotations: Readonly<Record<string, string>> | undefined): string[] {
  if (annotations?.[classAnnotation] === undefined) return [];
  return [`metadata.annotations[${classAnnotation}]: deprecated since v1.8; use "storageClassName" attribute instead`];
}

export function claimWarnings({ metadata, spec }: corev1.PersistentVolumeClaim): string[] {
  const warnings = annotationWarnings(metadata.annotations);
  return byteWarnings(spec.resources?.requests, field("spec", "resources", "requests"), warnings);
}

export function volumeWarnings({ metadata, spec }: corev1.PersistentVolume): string[] {
  const warnings = annotationWarnings(metadata.annotations);
  if (spec.persistentVolumeReclaimPolicy === "Recycle")
    warnings.push(
      "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.",
    );
  sourceWarnings(spec, field("spec"), warnings);
  byteWarnings(spec.capacity, field("spec", "capacity"), warnings);
  const terms = field("spec", "nodeAffinity", "required", "nodeSelectorTerms");
  return nodeSelectorWarnings(spec.nodeAffinity?.required?.nodeSelectorTerms, terms, warnings);
}
