import { isIP } from "node:net";
import {
  corev1,
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  portNumberProblems,
  qualifiedNameProblems,
} from "../../../api/mod.ts";
import { ipProblems } from "../../validation/address-rules.ts";
import { type FieldError, invalid, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { oneOf, optionalText, presentText, textErrors } from "../../validation/rules.ts";

const protocols: readonly string[] = corev1.protocol.enum;

export function validateEndpoints({ subsets }: corev1.Endpoints): FieldError[] {
  return (subsets ?? []).flatMap((subset, position) => validateSubset(subset, field("subsets").index(position)));
}

function validateSubset({ addresses, notReadyAddresses, ports }: corev1.EndpointSubset, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (!addresses?.length && !notReadyAddresses?.length)
    errors.push(required(path, "must specify `addresses` or `notReadyAddresses`"));
  for (const [key, list] of [
    ["addresses", addresses],
    ["notReadyAddresses", notReadyAddresses],
  ] as const)
    for (const [position, address] of (list ?? []).entries())
      errors.push(...validateAddress(address, path.child(key).index(position)));
  for (const [position, port] of (ports ?? []).entries())
    errors.push(...validatePort(port, (ports?.length ?? 0) > 1, path.child("ports").index(position)));
  return errors;
}

function validateAddress({ ip, hostname, nodeName }: corev1.EndpointAddress, path: FieldPath): FieldError[] {
  return [
    ...textErrors(ip, ipProblems, path.child("ip")),
    ...optionalText(hostname, dns1123LabelProblems, path.child("hostname")),
    ...presentText(nodeName, dns1123SubdomainProblems, path.child("nodeName")),
    ...notSpecial(ip, path.child("ip")),
  ];
}

/** Addresses that no pod can have. */
export function notSpecial(ip: string, path: FieldPath): FieldError[] {
  if (isIP(ip) === 0) return [invalid(path, ip, "must be a valid IP address")];
  if (ip === "0.0.0.0" || ip === "::") return [invalid(path, ip, `may not be unspecified (${ip})`)];
  if (ip.startsWith("127.") || ip === "::1")
    return [invalid(path, ip, "may not be in the loopback range (127.0.0.0/8, ::1/128)")];
  if (ip.startsWith("169.254.") || /^fe80:/i.test(ip))
    return [invalid(path, ip, "may not be in the link-local range (169.254.0.0/16, fe80::/10)")];
  if (ip.startsWith("224.0.0.") || /^ff02:/i.test(ip))
    return [invalid(path, ip, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")];
  return [];
}

function validatePort(
  { name, port, protocol, appProtocol }: corev1.EndpointPort,
  named: boolean,
  path: FieldPath,
): FieldError[] {
  return [
    ...(named && !name ? [required(path.child("name"))] : optionalText(name, dns1123LabelProblems, path.child("name"))),
    ...portNumberProblems(port).map((problem) => invalid(path.child("port"), port, problem)),
    ...oneOf(protocol, protocols, path.child("protocol")),
    ...presentText(appProtocol, qualifiedNameProblems, path.child("appProtocol")),
  ];
}
