/** Objects without anything but their metadata, for clients that need no more. */
import type { KubernetesObject, metav1 } from "../../api/mod.ts";

export interface PartialObjectMetadata {
  readonly kind: "PartialObjectMetadata";
  readonly apiVersion: string;
  readonly metadata: metav1.ObjectMeta;
}

/** `version`: of the form that was asked for. */
export function partialMetadata({ metadata }: KubernetesObject, version = "v1"): PartialObjectMetadata {
  return { kind: "PartialObjectMetadata", apiVersion: `meta.k8s.io/${version}`, metadata };
}

export interface PartialObjectMetadataList {
  readonly kind: "PartialObjectMetadataList";
  readonly apiVersion: string;
  readonly metadata: metav1.ListMeta;
  readonly items: readonly PartialObjectMetadata[];
}

export function partialMetadataList(
  metadata: metav1.ListMeta,
  objects: readonly KubernetesObject[],
  version = "v1",
): PartialObjectMetadataList {
  return {
    kind: "PartialObjectMetadataList",
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
    items: objects.map((object) => partialMetadata(object, version)),
  };
}
