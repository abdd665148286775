import { dns1123SubdomainProblems, type resourcev1 } from "../../../api/mod.ts";
import { type FieldError, invalid, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { immutableField, textErrors } from "../../validation/rules.ts";
import { validateDriverName } from "../storage/csi-validation.ts";
import {
  placesList,
  validateAllNodes,
  validateDevices,
  validateSharedCounters,
  validateSingleTerm,
} from "./device-validation.ts";

const path = field("spec");
const placeKeys = ["nodeName", "nodeSelector", "allNodes", "perDeviceNodeSelection"] as const;
const placesText = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";

export function validateResourceSlice(object: resourcev1.ResourceSlice): FieldError[] {
  return validateSlice(object);
}

export function validateResourceSliceUpdate(
  object: resourcev1.ResourceSlice,
  old: resourcev1.ResourceSlice,
): FieldError[] {
  return validateSlice(object, old);
}

function validateSlice({ spec }: resourcev1.ResourceSlice, old?: resourcev1.ResourceSlice): FieldError[] {
  const errors = validateDriverName(spec?.driver, path.child("driver"));
  errors.push(...validatePool(spec?.pool, path.child("pool")));
  if (old)
    errors.push(
      ...immutableField(spec?.pool?.name ?? "", old.spec.pool.name, path.child("pool", "name")),
      ...immutableField(spec?.driver ?? "", old.spec.driver, path.child("driver")),
      ...immutableField(spec?.nodeName, old.spec.nodeName, path.child("nodeName")),
    );
  errors.push(...validatePlaces(spec ?? {}));
  const { devices = [], sharedCounters = [], perDeviceNodeSelection = false } = spec ?? {};
  if (devices.length > 0 && sharedCounters.length > 0)
    errors.push(invalid(path, "", "only one of `sharedCounters` or `devices` is allowed"));
  return [
    ...errors,
    ...validateDevices(devices, perDeviceNodeSelection, path.child("devices")),
    ...validateSharedCounters(sharedCounters, path.child("sharedCounters")),
  ];
}

function validatePool(pool: resourcev1.ResourcePool | undefined, at: FieldPath): FieldError[] {
  const { name = "", resourceSliceCount = 0, generation = 0 } = pool ?? {};
  const errors: FieldError[] =
    name === ""
      ? [required(at.child("name"))]
      : name.split("/").flatMap((part) => textErrors(part, dns1123SubdomainProblems, at.child("name")));
  if (resourceSliceCount <= 0)
    errors.push(invalid(at.child("resourceSliceCount"), resourceSliceCount, "must be greater than zero"));
  if (generation < 0) errors.push(invalid(at.child("generation"), generation, "must be greater than or equal to zero"));
  return errors;
}

/** Which nodes can reach the devices: said in one way. */
function validatePlaces(spec: Partial<resourcev1.ResourceSliceSpec>): FieldError[] {
  const { nodeName, nodeSelector, allNodes, perDeviceNodeSelection } = spec;
  const errors: FieldError[] = [];
  if (nodeName === "")
    errors.push(invalid(path.child("nodeName"), "", "must be either unset or set to a non-empty string"));
  else if (nodeName !== undefined) textErrors(nodeName, dns1123SubdomainProblems, path.child("nodeName"), errors);
  if (nodeSelector) errors.push(...validateSingleTerm(nodeSelector, path.child("nodeSelector")));
  errors.push(...validateAllNodes(allNodes, path.child("allNodes")));
  errors.push(...validateAllNodes(perDeviceNodeSelection, path.child("perDeviceNodeSelection")));
  const chosen = placeKeys.filter((key) => spec[key]);
  if (chosen.length === 0) errors.push(required(path, placesText));
  else if (chosen.length > 1)
    errors.push(invalid(path, placesList(chosen), `${placesText}, but multiple fields are set`));
  return errors;
}
