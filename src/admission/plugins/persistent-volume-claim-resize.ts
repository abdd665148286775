/** A bound claim grows only where its storage class says that its volumes can. */
import { compareQuantities, type corev1, resources, type storagev1 } from "../../api/mod.ts";
import type { Lister } from "../../client/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { forbidden } from "../refusal.ts";
import { concerns, incoming, stored } from "../request.ts";

type Claim = corev1.PersistentVolumeClaim;

function request(claim: Claim | undefined): string {
  return claim?.spec.resources?.requests?.["storage"] ?? "0";
}

export class PersistentVolumeClaimResize implements AdmissionPlugin {
  readonly name = "PersistentVolumeClaimResize";
  readonly handlesByKind = true;
  readonly #classes: Lister<storagev1.StorageClass>;

  constructor(context: AdmissionContext) {
    this.#classes = context.informers.informer(resources.storageclasses).lister;
  }

  handles(attributes: AdmissionAttributes): boolean {
    return attributes.operation === "UPDATE" && concerns(attributes, resources.persistentvolumeclaims);
  }

  validate(attributes: AdmissionAttributes): void {
    const old = stored<Claim>(attributes);
    if (compareQuantities(request(incoming<Claim>(attributes)), request(old)) <= 0) return;
    if (old?.status?.phase !== "Bound")
      throw forbidden(attributes, "Only bound persistent volume claims can be expanded");
    const name = old.spec.storageClassName;
    if (name && this.#classes.get(name)?.allowVolumeExpansion) return;
    const why =
      "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize";
    throw forbidden(attributes, why);
  }
}
