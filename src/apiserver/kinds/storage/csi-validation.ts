import { dns1123SubdomainProblems, parseQuantity, qualifiedNameProblems, type storagev1 } from "../../../api/mod.ts";
import { duplicate, type FieldError, invalid, notSupported, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { immutableField, nonNegative, requiredText, sameJson, validateLabelSelector } from "../../validation/rules.ts";

const path = field("spec");
const modes = ["Persistent", "Ephemeral"];
const groupPolicies = ["File", "None", "ReadWriteOnceWithFSType"];
const longestDriverName = 63;

export function validateCSIDriver({ metadata, spec }: storagev1.CSIDriver): FieldError[] {
  const errors: FieldError[] = [];
  if (metadata.name.length > longestDriverName)
    errors.push(invalid(field("name"), metadata.name, `must be no more than ${longestDriverName} characters`));
  for (const key of ["attachRequired", "podInfoOnMount", "storageCapacity"] as const)
    if (spec[key] === undefined) errors.push(required(path.child(key)));
  if (spec.fsGroupPolicy === undefined) errors.push(required(path.child("fsGroupPolicy")));
  else if (!groupPolicies.includes(spec.fsGroupPolicy))
    errors.push(notSupported(path.child("fsGroupPolicy"), spec.fsGroupPolicy, groupPolicies));
  const audiences = new Set<string>();
  for (const [position, { audience, expirationSeconds }] of (spec.tokenRequests ?? []).entries()) {
    const at = path.child("tokenRequests").index(position);
    if (audiences.has(audience)) errors.push(duplicate(at.child("audience"), audience));
    audiences.add(audience);
    if (expirationSeconds !== undefined && expirationSeconds < 600)
      errors.push(
        invalid(at.child("expirationSeconds"), expirationSeconds, "may not specify a duration less than 10 minutes"),
      );
  }
  for (const mode of spec.volumeLifecycleModes ?? [])
    if (!modes.includes(mode)) errors.push(notSupported(path.child("volumeLifecycleModes"), mode, modes));
  return errors;
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

export function validateCSINode({ spec }: storagev1.CSINode): FieldError[] {
  const names = new Set<string>();
  return (spec.drivers ?? []).flatMap((driver, position) => {
    const at = path.child("drivers").index(position);
    const errors = requiredText(driver.name, dns1123SubdomainProblems, at.child("name"));
    if (names.has(driver.name)) errors.push(duplicate(at.child("name"), driver.name));
    names.add(driver.name);
    if (!driver.nodeID) errors.push(required(at.child("nodeID")));
    errors.push(...nonNegative(driver.allocatable?.count, at.child("allocatable", "count")));
    return [...errors, ...validateTopologyKeys(driver.topologyKeys ?? [], at)];
  });
}

function validateTopologyKeys(keys: readonly string[], at: FieldPath): FieldError[] {
  const seen = new Set<string>();
  return keys.flatMap((key) => {
    const errors = key === "" ? [required(at)] : qualifiedNameProblems(key).map((problem) => invalid(at, key, problem));
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
  errors.push(...requiredText(object.storageClassName, dns1123SubdomainProblems, field("storageClassName")));
  for (const key of ["capacity", "maximumVolumeSize"] as const) {
    const amount = object[key];
    if (amount !== undefined && parseQuantity(amount).sign() < 0)
      errors.push(invalid(field(key), amount, "must be greater than or equal to 0"));
  }
  return errors;
}

export function validateCSIStorageCapacityUpdate(
  object: storagev1.CSIStorageCapacity,
  old: storagev1.CSIStorageCapacity,
): FieldError[] {
  return [
    ...immutableField(object.nodeTopology, old.nodeTopology, field("nodeTopology")),
    ...immutableField(object.storageClassName, old.storageClassName, field("storageClassName")),
    ...validateCSIStorageCapacity(object),
  ];
}
