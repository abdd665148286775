/** Objects without anything but their metadata, for clients that need no more. */
import { deepFreeze, type KubernetesObject, type metav1 } from "../../api/mod.ts";
import type { Entry } from "../registry/cache/entry.ts";
import type { View } from "../registry/view.ts";

export interface PartialObjectMetadata {
  readonly kind: "PartialObjectMetadata";
  readonly apiVersion: string;
  readonly metadata: metav1.ObjectMeta;
}

/** What was read last of one list: who looks at one field after the other reads it once. */
interface LastRead {
  item?: StoredMetadata;
  metadata?: metav1.ObjectMeta;
}

/**
 * One of very many, for clients in this process, frozen. Its metadata is read when it is asked for and kept until another item's is: an informer
 * that goes through a list of 300,000, and keeps little of each, never has all of it decoded.
 */
class StoredMetadata implements PartialObjectMetadata {
  static readonly #descriptor: PropertyDescriptor & ThisType<StoredMetadata> = {
    enumerable: true,
    get() {
      return this.#read();
    },
  };
  readonly kind = "PartialObjectMetadata";
  readonly apiVersion = "meta.k8s.io/v1";
  /** Its own, as a plain object's: copies have it. */
  declare readonly metadata: metav1.ObjectMeta;
  readonly #view: View;
  readonly #entry: Entry;
  readonly #last: LastRead;

  constructor(view: View, entry: Entry, last: LastRead) {
    this.#view = view;
    this.#entry = entry;
    this.#last = last;
    Object.defineProperty(this, "metadata", StoredMetadata.#descriptor);
    Object.freeze(this);
  }

  #read(): metav1.ObjectMeta {
    const last = this.#last;
    if (last.item !== this || !last.metadata) {
      last.metadata = deepFreeze(this.#view.metadata(this.#entry));
      last.item = this;
    }
    return last.metadata;
  }
}

export function storedMetadata(view: View, entries: readonly Entry[]): readonly PartialObjectMetadata[] {
  const last: LastRead = {};
  return entries.map((entry) => new StoredMetadata(view, entry, last));
}

/** `version`: of the form that was asked for. */
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
