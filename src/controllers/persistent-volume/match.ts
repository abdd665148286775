/** Which volume fits a claim. Pure. */
import { compareQuantities, type corev1, labelSelectorAsSelector } from "../../api/mod.ts";
import { compareText, isDeleting } from "../support/object.ts";

type Claim = corev1.PersistentVolumeClaim;
type Volume = corev1.PersistentVolume;

const betaClassAnnotation = "volume.beta.kubernetes.io/storage-class";

/** `""` where the claim or volume names none. */
export function storageClassOf(object: Claim | Volume): string {
  return object.metadata.annotations?.[betaClassAnnotation] ?? object.spec?.storageClassName ?? "";
}

/** The volume is promised to this claim, by name, or by uid once it is bound. */
export function isClaimedBy(volume: Volume, claim: Claim): boolean {
  const reference = volume.spec?.claimRef;
  return (
    reference !== undefined &&
    reference.name === claim.metadata.name &&
    reference.namespace === claim.metadata.namespace &&
    (!reference.uid || reference.uid === claim.metadata.uid)
  );
}

/** A volume promised to the claim, else the smallest that fits. */
export function findVolume(claim: Claim, volumes: readonly Volume[]): Volume | undefined {
  const usable = volumes.filter((volume) => !isDeleting(volume) && fits(claim, volume));
  const promised = usable.find((volume) => isClaimedBy(volume, claim));
  if (promised !== undefined) return promised;
  return usable
    .filter((volume) => volume.spec?.claimRef === undefined && isFree(volume))
    .sort(
      (a, b) => compareQuantities(capacityOf(a), capacityOf(b)) || compareText(a.metadata.name, b.metadata.name),
    )[0];
}

/** One that has not been looked at yet may not be free after all. */
function isFree(volume: Volume): boolean {
  return volume.status?.phase === "Available";
}

function capacityOf(volume: Volume): string {
  return volume.spec?.capacity?.["storage"] ?? "0";
}

function fits(claim: Claim, volume: Volume): boolean {
  const requested = claim.spec.resources?.requests?.["storage"] ?? "0";
  const modes = volume.spec?.accessModes ?? [];
  return (
    (claim.spec.volumeMode ?? "Filesystem") === (volume.spec?.volumeMode ?? "Filesystem") &&
    storageClassOf(claim) === storageClassOf(volume) &&
    (claim.spec.volumeAttributesClassName ?? "") === (volume.spec?.volumeAttributesClassName ?? "") &&
    (claim.spec.accessModes ?? []).every((mode) => modes.includes(mode)) &&
    compareQuantities(capacityOf(volume), requested) >= 0 &&
    matchesSelector(claim, volume)
  );
}

function matchesSelector(claim: Claim, volume: Volume): boolean {
  if (claim.spec.selector === undefined) return true;
  return labelSelectorAsSelector(claim.spec.selector).matches(volume.metadata.labels ?? {});
}
