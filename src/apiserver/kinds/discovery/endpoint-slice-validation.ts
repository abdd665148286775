import { isIP } from "node:net";
import {
  corev1,
  discoveryv1,
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  labelValueProblems,
  qualifiedNameProblems,
} from "../../../api/mod.ts";
import { canonicalIpProblems } from "../../validation/address-rules.ts";
import { duplicate, type FieldError, invalid, notSupported, required, tooMany } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import {
  immutableField,
  optionalText,
  presentText,
  type Rule,
  textErrors,
  validateLabels,
} from "../../validation/rules.ts";
import { notSpecial } from "../core/endpoints-validation.ts";

const addressTypes: readonly string[] = discoveryv1.addressType.enum;
const protocols: readonly string[] = corev1.protocol.enum;
const mostEndpoints = 1000;
const mostPorts = 20_000;
const mostAddresses = 100;
const mostHints = 8;

export function validateEndpointSlice(object: discoveryv1.EndpointSlice): FieldError[] {
  const { addressType, endpoints, ports } = object;
  const errors: FieldError[] = [];
  if (!addressType) errors.push(required(field("addressType")));
  else if (!addressTypes.includes(addressType))
    errors.push(notSupported(field("addressType"), addressType, addressTypes));
  return [
    ...errors,
    ...validatePorts(ports ?? [], field("ports")),
    ...validateEndpoints(endpoints ?? [], addressType, field("endpoints")),
  ];
}

function validateEndpoints(
  endpoints: readonly discoveryv1.Endpoint[],
  addressType: string,
  path: FieldPath,
): FieldError[] {
  if (endpoints.length > mostEndpoints) return [tooMany(path, endpoints.length, mostEndpoints)];
  return endpoints.flatMap((endpoint, position) => validateEndpoint(endpoint, addressType, path.index(position)));
}

function validateEndpoint(endpoint: discoveryv1.Endpoint, addressType: string, path: FieldPath): FieldError[] {
  const at = path.child("addresses");
  const addresses = endpoint.addresses ?? [];
  const errors: FieldError[] = [];
  if (addresses.length === 0) errors.push(required(at, "must contain at least 1 address"));
  if (addresses.length > mostAddresses) errors.push(tooMany(at, addresses.length, mostAddresses));
  for (const [position, address] of addresses.entries())
    errors.push(...validateAddress(address, addressType, at, position));
  presentText(endpoint.nodeName, dns1123SubdomainProblems, path.child("nodeName"), errors);
  validateLabels(endpoint.deprecatedTopology, path.child("deprecatedTopology"), errors);
  presentText(endpoint.hostname, dns1123LabelProblems, path.child("hostname"), errors);
  const { forZones, forNodes } = endpoint.hints ?? {};
  return [
    ...errors,
    ...validateHints(forZones ?? [], labelValueProblems, path.child("hints", "forZones")),
    ...validateHints(forNodes ?? [], dns1123SubdomainProblems, path.child("hints", "forNodes")),
  ];
}

function validateHints(hints: readonly { name: string }[], rule: Rule, path: FieldPath): FieldError[] {
  if (hints.length > mostHints) return [tooMany(path, hints.length, mostHints)];
  return hints.flatMap(({ name = "" }, position) => {
    const at = path.index(position).child("name");
    const again = hints.slice(0, position).some((other) => other.name === name);
    return again ? [duplicate(at, name)] : textErrors(name, rule, at);
  });
}

function validateAddress(address: string, addressType: string, list: FieldPath, position: number): FieldError[] {
  const at = list.index(position);
  if (addressType === "FQDN") return textErrors(address, dns1123SubdomainProblems, at);
  const version = isIP(address);
  const errors = textErrors(address, canonicalIpProblems, at);
  if (version === 0) return errors;
  if (addressType === "IPv4" && version !== 4) errors.push(invalid(list, address, "must be an IPv4 address"));
  if (addressType === "IPv6" && version !== 6) errors.push(invalid(list, address, "must be an IPv6 address"));
  return [...errors, ...notSpecial(address, at)];
}

function validatePorts(ports: readonly discoveryv1.EndpointPort[], path: FieldPath): FieldError[] {
  if (ports.length > mostPorts) return [tooMany(path, ports.length, mostPorts)];
  const names = new Set<string>();
  return ports.flatMap(({ name = "", protocol, appProtocol }, position) => {
    const at = path.index(position);
    const errors = optionalText(name, dns1123LabelProblems, at.child("name"));
    if (names.has(name)) errors.push(duplicate(at.child("name"), name));
    names.add(name);
    if (protocol === undefined) errors.push(required(at.child("protocol")));
    else if (!protocols.includes(protocol)) errors.push(notSupported(at.child("protocol"), protocol, protocols));
    return [...errors, ...presentText(appProtocol, qualifiedNameProblems, at.child("appProtocol"))];
  });
}

export function validateEndpointSliceUpdate(
  object: discoveryv1.EndpointSlice,
  old: discoveryv1.EndpointSlice,
): FieldError[] {
  return [
    ...validateEndpointSlice(object),
    ...immutableField(object.addressType, old.addressType, field("addressType")),
  ];
}
