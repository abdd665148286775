import {
  dns1123SubdomainProblems,
  metav1,
  parseQuantity,
  qualifiedNameProblems,
  type storagev1,
} from "../../../api/mod.ts";
import { duplicate, type FieldError, invalid, notSupported, required, tooLong } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { immutableField, nonNegative, sameJson, textErrors, validateLabelSelector } from "../../validation/rules.ts";

const path = field("spec");
const modes = ["Persistent", "Ephemeral"];
const groupPolicies = ["File", "None", "ReadWriteOnceWithFSType"];
const longestDriverName = 63;
const longestNodeId = 256;
const shortestUpdatePeriodSeconds = 10;
const tooOften = `must be greater than or equal to ${shortestUpdatePeriodSeconds} seconds`;
const noTokens = "serviceAccountTokenInSecrets is set but no tokenRequests are specified";

export function validateCSIDriver({ spec }: storagev1.CSIDriver): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of ["attachRequired", "podInfoOnMount", "storageCapacity"] as const)
    if (spec[key] === undefined) errors.push(required(path.child(key)));
  if (spec.fsGroupPolicy === undefined) errors.push(required(path.child("fsGroupPolicy")));
  else if (!groupPolicies.includes(spec.fsGroupPolicy))
    errors.push(notSupported(path.child("fsGroupPolicy"), spec.fsGroupPolicy, groupPolicies));
  const audiences = new Set<string>();
  for (const [position, { audience, expirationSeconds }] of (spec.tokenRequests ?? []).entries()) {
    const at = path.child("tokenRequests").index(position);
    if (audiences.has(audience)) {
      errors.push(duplicate(at.child("audience"), audience));
      continue;
    }
    audiences.add(audience);
    errors.push(...validateTokenLife(expirationSeconds, at.child("expirationSeconds")));
  }
  if (spec.serviceAccountTokenInSecrets !== undefined && !spec.tokenRequests?.length)
    errors.push(invalid(path.child("serviceAccountTokenInSecrets"), spec.serviceAccountTokenInSecrets, noTokens));
  const period = spec.nodeAllocatableUpdatePeriodSeconds;
  if (period !== undefined && period < shortestUpdatePeriodSeconds)
    errors.push(invalid(path.child("nodeAllocatableUpdatePeriodSeconds"), period, tooOften));
  for (const mode of spec.volumeLifecycleModes ?? [])
    if (!modes.includes(mode)) errors.push(notSupported(path.child("volumeLifecycleModes"), mode, modes));
  return errors;
}

function validateTokenLife(seconds: number | undefined, at: FieldPath): FieldError[] {
  if (seconds === undefined) return [];
  if (seconds < 600) return [invalid(at, seconds, "may not specify a duration less than 10 minutes")];
  return seconds > 2 ** 32 ? [invalid(at, seconds, "may not specify a duration larger than 2^32 seconds")] : [];
}

/** Tokens in the volume's attributes may end in a log. */
export function csiDriverWarnings({ spec }: storagev1.CSIDriver): string[] {
  if (!spec.tokenRequests?.length || spec.serviceAccountTokenInSecrets !== undefined) return [];
  return [
    "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes",
  ];
}

export function validateCSIDriverUpdate(object: storagev1.CSIDriver, old: storagev1.CSIDriver): FieldError[] {
  return [
    ...validateCSIDriver(object),
    ...immutableField(object.spec.attachRequired, old.spec.attachRequired, path.child("attachedRequired")),
    ...immutableField(
      object.spec.volumeLifecycleModes,
      old.spec.volumeLifecycleModes,
      path.child("volumeLifecycleModes"),
    ),
  ];
}

/** Capitals do not count. */
export function validateDriverName(name: string | undefined, at: FieldPath): FieldError[] {
  if (!name) return [required(at)];
  const errors = name.length > longestDriverName ? [tooLong(at, longestDriverName)] : [];
  return [...errors, ...dns1123SubdomainProblems(name.toLowerCase()).map((problem) => invalid(at, name, problem))];
}

export function validateCSINode({ spec }: storagev1.CSINode): FieldError[] {
  const names = new Set<string>();
  return (spec.drivers ?? []).flatMap((driver, position) => {
    const at = path.child("drivers").index(position);
    const errors = validateDriverName(driver.name, at.child("name"));
    if (names.has(driver.name)) errors.push(duplicate(at.child("name"), driver.name));
    names.add(driver.name);
    if (!driver.nodeID) errors.push(required(at.child("nodeID")));
    else if (Buffer.byteLength(driver.nodeID) > longestNodeId)
      errors.push(invalid(at.child("nodeID"), driver.nodeID, `must be ${longestNodeId} characters or less`));
    nonNegative(driver.allocatable?.count, at.child("allocatable", "count"), errors);
    return [...errors, ...validateTopologyKeys(driver.topologyKeys ?? [], at)];
  });
}

function validateTopologyKeys(keys: readonly string[], at: FieldPath): FieldError[] {
  const seen = new Set<string>();
  return keys.flatMap((key) => {
    const errors = key === "" ? [required(at)] : [];
    textErrors(key, qualifiedNameProblems, at, errors);
    if (seen.has(key)) errors.push(duplicate(at, key));
    seen.add(key);
    return errors;
  });
}

/** A driver that is registered may go, but not change under those who use it. */
export function validateCSINodeUpdate(object: storagev1.CSINode, old: storagev1.CSINode): FieldError[] {
  const errors = validateCSINode(object);
  for (const before of old.spec.drivers ?? []) {
    const now = object.spec.drivers?.find((driver) => driver.name === before.name);
    const fixed = (driver: storagev1.CSINodeDriver) => ({ ...driver, allocatable: undefined });
    if (now && !sameJson(fixed(now), fixed(before)))
      errors.push(invalid(path.child("drivers"), now, "field is immutable"));
  }
  return errors;
}

export function validateCSIStorageCapacity(object: storagev1.CSIStorageCapacity): FieldError[] {
  const errors = validateLabelSelector(object.nodeTopology, field("nodeTopology"));
  textErrors(object.storageClassName ?? "", dns1123SubdomainProblems, field("storageClassName"), errors);
  // The largest size is not judged, here as upstream.
  const { capacity } = object;
  if (capacity !== undefined && parseQuantity(capacity).sign() < 0)
    errors.push(invalid(field("capacity"), capacity, "must be greater than or equal to 0"));
  return errors;
}

export function validateCSIStorageCapacityUpdate(
  object: storagev1.CSIStorageCapacity,
  old: storagev1.CSIStorageCapacity,
): FieldError[] {
  return [
    ...immutableField(object.nodeTopology, old.nodeTopology, field("nodeTopology"), metav1.labelSelector),
    ...immutableField(object.storageClassName, old.storageClassName, field("storageClassName")),
    ...validateCSIStorageCapacity(object),
  ];
}
