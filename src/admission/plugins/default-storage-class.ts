/** A claim that names no storage class gets the default one, where there is one. */
import { type corev1, resources, type storagev1 } from "../../api/mod.ts";
import type { Lister } from "../../client/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { concerns, incoming } from "../request.ts";
import { defaultOf } from "./default-class.ts";

const claims = resources.persistentvolumeclaims;
const annotations = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];
/** The class's place before it was a field. */
const classAnnotation = "volume.beta.kubernetes.io/storage-class";

export class DefaultStorageClass implements AdmissionPlugin {
  readonly name = "DefaultStorageClass";
  readonly handlesByKind = true;
  readonly #classes: Lister<storagev1.StorageClass>;

  constructor(context: AdmissionContext) {
    this.#classes = context.informers.informer(resources.storageclasses).lister;
  }

  handles(attributes: AdmissionAttributes): boolean {
    return attributes.operation === "CREATE" && concerns(attributes, claims);
  }

  /** An empty name is a choice: no class. */
  admit(attributes: AdmissionAttributes): void {
    const { metadata, spec } = incoming<corev1.PersistentVolumeClaim>(attributes);
    if (spec.storageClassName !== undefined || metadata.annotations?.[classAnnotation] !== undefined) return;
    const found = defaultOf(this.#classes.list(), annotations);
    if (found) spec.storageClassName = found.metadata.name;
  }
}
