/** Objects without anything but their metadata, for clients that need no more. */
import type { KubernetesObject, metav1 } from "../../api/mod.ts";
import type { Entry } from "../registry/cache/entry.ts";
import type { View } from "../registry/view.ts";

export interface PartialObjectMetadata {
  readonly kind: "PartialObjectMetadata";
  readonly apiVersion: string;
  readonly metadata: metav1.ObjectMeta;
}

/** `version`: of the form that was asked for. */
/** One of very many, for clients in this process: its metadata is read when it is asked for, each time. */
export class StoredMetadata implements PartialObjectMetadata {
  readonly kind = "PartialObjectMetadata";
  readonly apiVersion = "meta.k8s.io/v1";
  readonly #view: View;
  readonly #entry: Entry;

  constructor(view: View, entry: Entry) {
    this.#view = view;
    this.#entry = entry;
  }

  get metadata(): metav1.ObjectMeta {
    return this.#view.metadata(this.#entry);
  }
}

export function partialMetadata(
  { metadata }: Pick<KubernetesObject, "metadata">,
  version = "v1",
): PartialObjectMetadata {
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
  objects: readonly Pick<KubernetesObject, "metadata">[],
  version = "v1",
): PartialObjectMetadataList {
  return {
    kind: "PartialObjectMetadataList",
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
    items: objects.map((object) => partialMetadata(object, version)),
  };
}
