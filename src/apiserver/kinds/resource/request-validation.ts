/** The devices that a claim asks for. */
import { dns1123LabelProblems, dns1123SubdomainProblems, resourcev1 } from "../../../api/mod.ts";
import { duplicate, type FieldError, invalid, notSupported, required, tooMany } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { requiredText, textErrors } from "../../validation/rules.ts";
import {
  uniqueTexts,
  validateFullName,
  validateOpaque,
  validateSelectors,
  validateTolerations,
} from "./device-rules.ts";

const mostRequests = 32;
const mostAlternatives = 8;
const eitherRequest = "exactly one of `exactly` or `firstAvailable` is required";
const eitherAttribute =
  'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set';

export function validateDevices(devices: resourcev1.DeviceClaim | undefined, path: FieldPath): FieldError[] {
  const { requests = [], constraints = [], config = [] } = devices ?? {};
  const known = new Set(requests.flatMap(namesOf));
  return [
    ...validateRequests(requests, path.child("requests")),
    ...constraints.flatMap((one, position) =>
      validateConstraint(one, known, path.child("constraints").index(position)),
    ),
    ...config.flatMap(({ requests: names = [], opaque }, position) => {
      const at = path.child("config").index(position);
      return [...references(names, known, at.child("requests")), ...validateOpaque(opaque, at.child("opaque"))];
    }),
  ];
}

function namesOf({ name, firstAvailable }: resourcev1.DeviceRequest): string[] {
  return [name, ...(firstAvailable ?? []).map((alternative) => `${name}/${alternative.name}`)];
}

function validateRequests(requests: readonly resourcev1.DeviceRequest[], path: FieldPath): FieldError[] {
  if (requests.length > mostRequests) return [tooMany(path, requests.length, mostRequests)];
  return requests.flatMap((request, position) => {
    const at = path.index(position);
    const errors = textErrors(request.name ?? "", dns1123LabelProblems, at.child("name"));
    errors.push(...validateRequest(request, at));
    const again = requests.slice(0, position).some(({ name }) => name === request.name);
    return again ? [...errors, duplicate(at, request.name)] : errors;
  });
}

function validateRequest({ exactly, firstAvailable }: resourcev1.DeviceRequest, at: FieldPath): FieldError[] {
  if (!exactly && !firstAvailable?.length) return [required(at, eitherRequest)];
  if (exactly && firstAvailable?.length)
    return [invalid(at, undefined, `${eitherRequest}, but multiple fields are set`)];
  if (exactly) return validateWanted(exactly, at.child("exactly"));
  const list = firstAvailable ?? [];
  const path = at.child("firstAvailable");
  if (list.length > mostAlternatives) return [tooMany(path, list.length, mostAlternatives)];
  return list.flatMap((alternative, position) => {
    const where = path.index(position);
    const errors = textErrors(alternative.name ?? "", dns1123LabelProblems, where.child("name"));
    errors.push(...validateWanted(alternative, where));
    const again = list.slice(0, position).some(({ name }) => name === alternative.name);
    return again ? [...errors, duplicate(where, alternative.name)] : errors;
  });
}

function validateWanted(wanted: Omit<resourcev1.ExactDeviceRequest, "adminAccess">, at: FieldPath): FieldError[] {
  const { deviceClassName, selectors = [], allocationMode, count = 0, tolerations = [] } = wanted;
  const errors = requiredText(deviceClassName, dns1123SubdomainProblems, at.child("deviceClassName"));
  errors.push(...validateSelectors(selectors, at.child("selectors")));
  if (allocationMode === "All") {
    if (count !== 0)
      errors.push(invalid(at.child("count"), count, "must not be specified when allocationMode is 'All'"));
  } else if (allocationMode === "ExactCount") {
    if (count <= 0) errors.push(invalid(at.child("count"), count, "must be greater than zero"));
  } else
    errors.push(notSupported(at.child("allocationMode"), allocationMode ?? "", resourcev1.deviceAllocationMode.enum));
  return [...errors, ...validateTolerations(tolerations, at.child("tolerations"))];
}

function validateConstraint(
  { requests = [], matchAttribute, distinctAttribute }: resourcev1.DeviceConstraint,
  known: ReadonlySet<string>,
  at: FieldPath,
): FieldError[] {
  const errors = references(requests, known, at.child("requests"));
  if (matchAttribute === undefined && distinctAttribute === undefined) errors.push(required(at, eitherAttribute));
  else if (matchAttribute !== undefined) errors.push(...validateFullName(matchAttribute, at.child("matchAttribute")));
  else errors.push(...validateFullName(distinctAttribute!, at.child("distinctAttribute")));
  return errors;
}

/** Names of requests, or `request/alternative`. */
function references(names: readonly string[], known: ReadonlySet<string>, path: FieldPath): FieldError[] {
  const check = (name: string, at: FieldPath): FieldError[] => {
    const parts = name.split("/");
    const errors = parts.length > 2 ? [] : parts.flatMap((part) => textErrors(part, dns1123LabelProblems, at));
    if (known.has(name)) return errors;
    const text =
      "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";
    return [...errors, invalid(at, name, text)];
  };
  return uniqueTexts(names, check, path);
}
