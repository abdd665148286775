import { dns1123LabelProblems, dns1123SubdomainProblems, type resourcev1 } from "../../../api/mod.ts";
import { duplicate, type FieldError, invalid, required, tooMany } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { immutableField, requiredText } from "../../validation/rules.ts";

const path = field("spec");
const mostSelectors = 32;
const mostDevices = 128;

export function validateDeviceClass({ spec }: resourcev1.DeviceClass): FieldError[] {
  const selectors = spec.selectors ?? [];
  if (selectors.length > mostSelectors) return [tooMany(path.child("selectors"), selectors.length, mostSelectors)];
  return selectors.flatMap(({ cel }, position) => {
    const at = path.child("selectors").index(position).child("cel");
    if (!cel) return [required(at)];
    return cel.expression ? [] : [required(at.child("expression"))];
  });
}

export function validateResourceSlice({ spec }: resourcev1.ResourceSlice): FieldError[] {
  const errors = requiredText(spec.driver, dns1123SubdomainProblems, path.child("driver"));
  errors.push(...validatePool(spec.pool, path.child("pool")));
  const places = (["nodeName", "nodeSelector", "allNodes", "perDeviceNodeSelection"] as const).filter(
    (key) => spec[key],
  );
  const text = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";
  if (places.length === 0) errors.push(required(path, text));
  else if (places.length > 1) {
    const found = `{${places.map((place) => `\`${place}\``).join(", ")}}`;
    errors.push(invalid(path, found, `${text}, but multiple fields are set`));
  }
  return [...errors, ...validateDevices(spec.devices ?? [], path.child("devices"))];
}

function validatePool(pool: resourcev1.ResourcePool, at: FieldPath): FieldError[] {
  const errors: FieldError[] = pool.name ? [] : [required(at.child("name"))];
  if (pool.resourceSliceCount <= 0)
    errors.push(invalid(at.child("resourceSliceCount"), pool.resourceSliceCount, "must be greater than zero"));
  if (pool.generation < 0)
    errors.push(invalid(at.child("generation"), pool.generation, "must be greater than or equal to zero"));
  return errors;
}

function validateDevices(devices: readonly resourcev1.Device[], at: FieldPath): FieldError[] {
  if (devices.length > mostDevices) return [tooMany(at, devices.length, mostDevices)];
  const names = new Set<string>();
  return devices.flatMap(({ name }, position) => {
    const errors = requiredText(name, dns1123LabelProblems, at.index(position).child("name"));
    if (names.has(name)) errors.push(duplicate(at.index(position).child("name"), name));
    names.add(name);
    return errors;
  });
}

export function validateResourceSliceUpdate(
  object: resourcev1.ResourceSlice,
  old: resourcev1.ResourceSlice,
): FieldError[] {
  return [
    ...validateResourceSlice(object),
    ...immutableField(object.spec.driver, old.spec.driver, path.child("driver")),
    ...immutableField(object.spec.pool.name, old.spec.pool.name, path.child("pool", "name")),
    ...immutableField(object.spec.nodeName, old.spec.nodeName, path.child("nodeName")),
  ];
}
