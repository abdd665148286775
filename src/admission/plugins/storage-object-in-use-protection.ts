/** Claims, volumes and classes of volume attributes carry a finalizer, so that their controllers can keep them while they are in use. */
import { type KubernetesObject, resources } from "../../api/mod.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { concerns, incoming } from "../request.ts";

const claimFinalizer = "kubernetes.io/pvc-protection";
const volumeFinalizer = "kubernetes.io/pv-protection";
const classFinalizer = "kubernetes.io/vac-protection";

function finalizerFor(attributes: AdmissionAttributes): string | undefined {
  if (concerns(attributes, resources.persistentvolumeclaims)) return claimFinalizer;
  if (concerns(attributes, resources.volumeattributesclasses)) return classFinalizer;
  return concerns(attributes, resources.persistentvolumes) ? volumeFinalizer : undefined;
}

export const storageObjectInUseProtection: AdmissionPlugin = {
  name: "StorageObjectInUseProtection",
  handlesByKind: true,

  handles(attributes: AdmissionAttributes): boolean {
    return attributes.operation === "CREATE" && finalizerFor(attributes) !== undefined;
  },

  admit(attributes: AdmissionAttributes): void {
    const finalizer = finalizerFor(attributes)!;
    const { metadata } = incoming<KubernetesObject>(attributes);
    const present = metadata.finalizers ?? [];
    if (!present.includes(finalizer)) metadata.finalizers = [...present, finalizer];
  },
};
