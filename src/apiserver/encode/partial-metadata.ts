/** Objects without anything but their metadata, for clients that need no more. */
import type { KubernetesObject, metav1 } from "../../api/mod.ts";

export interface PartialObjectMetadata {
  readonly kind: "PartialObjectMetadata";
  readonly apiVersion: "meta.k8s.io/v1";
  readonly metadata: metav1.ObjectMeta;
}

export function partialMetadata({ metadata }: KubernetesObject): PartialObjectMetadata {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
}

export interface PartialObjectMetadataList {
  readonly kind: "PartialObjectMetadataList";
  readonly apiVersion: "meta.k8s.io/v1";
  readonly metadata: metav1.ListMeta;
  readonly items: readonly PartialObjectMetadata[];
}

export function partialMetadataList(
  metadata: metav1.ListMeta,
  objects: readonly KubernetesObject[],
): PartialObjectMetadataList {
  return {
    kind: "PartialObjectMetadataList",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    items: objects.map(partialMetadata),
  };
}
