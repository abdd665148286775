/** The devices of a slice, and the counters that they share. */
import {
  corev1,
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  qualifiedNameProblems,
  type resourcev1,
} from "../../../api/mod.ts";
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  required,
  tooLong,
  tooMany,
} from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import { requiredText, textErrors } from "../../validation/rules.ts";
import { Seen } from "../../validation/seen.ts";
import { validateNodeSelector } from "../core/affinity-validation.ts";
import { uniqueTexts, validateQualifiedName, validateTaints } from "./device-rules.ts";

const mostDevices = 128;
const mostProperties = 32;
const mostConditions = 4;
const mostCounterSets = 2;
const longestValue = 64;
const semanticVersion =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?$/;
const placesText =
  "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
const noPlacesText =
  "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec";

export function validateDevices(
  devices: readonly resourcev1.Device[],
  perDevicePlaces: boolean,
  path: FieldPath,
): FieldError[] {
  if (devices.length > mostDevices) return [tooMany(path, devices.length, mostDevices)];
  return devices.flatMap((device, position) => {
    const at = path.index(position);
    const errors = validateDevice(device, perDevicePlaces, at);
    const again = devices.slice(0, position).some(({ name }) => name === device.name);
    return again ? [...errors, duplicate(at, device.name)] : errors;
  });
}

function validateDevice(device: resourcev1.Device, perDevicePlaces: boolean, at: FieldPath): FieldError[] {
  const { attributes = {}, capacity = {}, taints = [], consumesCounters = [] } = device;
  const errors = textErrors(device.name ?? "", dns1123LabelProblems, at.child("name"));
  const properties = Object.keys(attributes).length + Object.keys(capacity).length;
  if (properties > mostProperties) {
    const text = `the total number of attributes and capacities must not exceed ${mostProperties}`;
    errors.push(invalid(at, properties, text));
  }
  for (const name of Object.keys(attributes).sort()) {
    errors.push(...validateQualifiedName(name, at.child("attributes")));
    errors.push(...validateAttribute(attributes[name]!, at.child("attributes").key(name)));
  }
  for (const name of Object.keys(capacity).sort()) {
    errors.push(...validateQualifiedName(name, at.child("capacity")));
    if (capacity[name]!.requestPolicy && !device.allowMultipleAllocations) {
      const where = at.child("capacity").key(name).child("requestPolicy");
      errors.push(forbidden(where, "allowMultipleAllocations must be true"));
    }
  }
  errors.push(...validateTaints(taints, at.child("taints")));
  errors.push(...validateConsumption(consumesCounters, at.child("consumesCounters")));
  return [...errors, ...validatePlaces(device, perDevicePlaces, at), ...validateConditions(device, at)];
}

function validateAttribute(attribute: resourcev1.DeviceAttribute, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const { string, version } = attribute;
  if (string !== undefined && string.length > longestValue) errors.push(tooLong(at.child("string"), longestValue));
  if (version !== undefined) {
    if (!semanticVersion.test(version))
      errors.push(invalid(at.child("version"), version, "must be a string compatible with semver.org spec 2.0.0"));
    if (version.length > longestValue) errors.push(tooLong(at.child("version"), longestValue));
  }
  const values = Object.values(attribute).filter((value) => value !== undefined).length;
  if (values === 1) return errors;
  const form = values === 0 ? "" : attributeForm(attribute);
  return [...errors, invalid(at, form, "exactly one value must be specified")];
}

/** Upstream's own names for the values differ from those of the API. */
function attributeForm({ int, bool, string, version }: resourcev1.DeviceAttribute): object {
  const single = { IntValue: int, BoolValue: bool, StringValue: string, VersionValue: version };
  const lists = { IntValues: null, BoolValues: null, StringValues: null, VersionValues: null };
  return { ...Object.fromEntries(Object.entries(single).map(([name, value]) => [name, value ?? null])), ...lists };
}

function validateConsumption(list: readonly resourcev1.DeviceCounterConsumption[], path: FieldPath): FieldError[] {
  if (list.length > mostCounterSets) return [tooMany(path, list.length, mostCounterSets)];
  return list.flatMap(({ counterSet, counters }, position) => {
    const at = path.index(position);
    const errors = requiredText(counterSet, dns1123LabelProblems, at.child("counterSet"));
    errors.push(...validateCounters(counters, at.child("counters")));
    const again = list.slice(0, position).some((other) => other.counterSet === counterSet);
    return again ? [...errors, duplicate(at, counterSet)] : errors;
  });
}

function validateCounters(counters: Readonly<Record<string, unknown>> | undefined, at: FieldPath): FieldError[] {
  const names = Object.keys(counters ?? {}).sort();
  if (names.length === 0) return [required(at)];
  return names.flatMap((name) => textErrors(name, dns1123LabelProblems, at));
}

export function validateSharedCounters(sets: readonly resourcev1.CounterSet[], path: FieldPath): FieldError[] {
  const seen = new Seen<string | undefined>();
  return sets.flatMap(({ name, counters }, position) => {
    const at = path.index(position);
    const errors = requiredText(name, dns1123LabelProblems, at.child("name"));
    errors.push(...validateCounters(counters, at.child("counters")));
    return seen.again(name) ? [...errors, duplicate(at, name)] : errors;
  });
}

const placeKeys = ["nodeName", "nodeSelector", "allNodes"] as const;

/** Where a device can be reached from, where that differs within the slice. */
function validatePlaces(device: resourcev1.Device, perDevicePlaces: boolean, at: FieldPath): FieldError[] {
  const given = placeKeys.filter((key) => device[key] !== undefined);
  if (!perDevicePlaces) return given.length > 0 ? [invalid(at, undefined, noPlacesText)] : [];
  const errors: FieldError[] = [];
  if (device.nodeName !== undefined)
    textErrors(device.nodeName, dns1123SubdomainProblems, at.child("nodeName"), errors);
  if (device.nodeSelector) errors.push(...validateSingleTerm(device.nodeSelector, at.child("nodeSelector")));
  errors.push(...validateAllNodes(device.allNodes, at.child("allNodes")));
  const chosen = given.filter((key) => device[key] !== false);
  if (chosen.length === 0) errors.push(required(at, placesText));
  else if (chosen.length > 1) errors.push(invalid(at, placesList(chosen), placesText));
  return errors;
}

/** Those that are set, as they stand in a message. */
export function placesList(keys: readonly string[]): string {
  return `{${keys.map((key) => `\`${key}\``).join(", ")}}`;
}

export function validateAllNodes(allNodes: boolean | undefined, at: FieldPath): FieldError[] {
  return allNodes === false ? [invalid(at, false, "must be either unset or set to true")] : [];
}

export function validateSingleTerm(selector: corev1.NodeSelector, at: FieldPath): FieldError[] {
  const terms = selector.nodeSelectorTerms ?? [];
  const errors = validateNodeSelector(selector, at);
  if (errors.length > 0 || terms.length === 1) return errors;
  const form = internalForm(corev1.nodeSelector, selector) as {
    NodeSelectorTerms: unknown;
  };
  return [invalid(at.child("nodeSelectorTerms"), form.NodeSelectorTerms, "must have exactly one node selector term")];
}

/** What must be true, or must not become true, before a pod with the device starts. */
function validateConditions(
  { bindingConditions = [], bindingFailureConditions = [] }: resourcev1.Device,
  at: FieldPath,
): FieldError[] {
  const names = { bindingConditions, bindingFailureConditions };
  const errors = Object.entries(names).flatMap(([key, list]) => {
    const path = at.child(key);
    if (list.length > mostConditions) return [tooMany(path, list.length, mostConditions)];
    return uniqueTexts(list, (text, where) => textErrors(text, qualifiedNameProblems, where), path);
  });
  const [wanted, failing] = [bindingConditions.length > 0, bindingFailureConditions.length > 0];
  if (wanted && !failing)
    errors.push(
      invalid(
        at.child("bindingFailureConditions"),
        undefined,
        "bindingFailureConditions are required to use bindingConditions",
      ),
    );
  if (failing && !wanted)
    errors.push(
      invalid(
        at.child("bindingConditions"),
        undefined,
        "bindingConditions are required to use bindingFailureConditions",
      ),
    );
  return errors;
}
