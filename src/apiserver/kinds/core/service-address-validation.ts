/** Families and cluster addresses of a service: what is asked before any address is given out. */
import { isIP } from "node:net";
import { corev1 } from "../../../api/mod.ts";
import { duplicate, type FieldError, invalid, notSupported } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { presentWord } from "../../validation/rules.ts";

const specPath = field("spec");
const families = ["IPv4", "IPv6"];
const familyPolicies: readonly string[] = corev1.ipFamilyPolicy.enum;

export function validateClusterAddresses(spec: corev1.ServiceSpec): FieldError[] {
  if (spec.type === "ExternalName") return [];
  const errors = [...validateFamilies(spec), ...validateClusterIPs(spec)];
  return errors.length > 0 ? errors : mismatches(spec);
}

function validateFamilies({ ipFamilies, ipFamilyPolicy: policy }: corev1.ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [position, family] of (ipFamilies ?? []).entries()) {
    const at = specPath.child("ipFamilies").index(position);
    if (!families.includes(family)) errors.push(notSupported(at, family, families));
    else if (seen.has(family)) errors.push(duplicate(at, family));
    seen.add(family);
  }
  presentWord(policy, familyPolicies, specPath.child("ipFamilyPolicy"), errors);
  return errors;
}

function validateClusterIPs(spec: corev1.ServiceSpec): FieldError[] {
  const list = spec.clusterIPs ?? [];
  const path = specPath.child("clusterIPs");
  const errors: FieldError[] = [];
  if (spec.clusterIP && list.length > 0 && list[0] !== spec.clusterIP)
    errors.push(invalid(path, list, "first value must match `clusterIP`"));
  if (!spec.clusterIP && list.length > 0)
    errors.push(invalid(path, list, "must be empty when `clusterIP` is not specified"));
  for (const [position, ip] of list.entries()) {
    if (ip === "None") {
      if (list.length > 1) errors.push(invalid(path, list, "'None' must be the first and only value"));
    } else if (isIP(ip) === 0)
      errors.push(invalid(path.index(position), ip, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"));
  }
  if (list.length > 2) errors.push(invalid(path, list, "may only hold up to 2 values"));
  else if (list.length === 2 && isIP(list[0]!) !== 0 && isIP(list[0]!) === isIP(list[1]!))
    errors.push(invalid(path, list, "may specify no more than one IP for each IP family"));
  return errors;
}

function mismatches({ clusterIPs, ipFamilies }: corev1.ServiceSpec): FieldError[] {
  return (clusterIPs ?? []).flatMap((ip, position) => {
    const family = ipFamilies?.[position];
    if (ip === "None" || family === undefined || family === `IPv${isIP(ip)}`) return [];
    const text = `expected an ${family} value as indicated by \`ipFamilies[${position}]\``;
    return [invalid(specPath.child("clusterIPs").index(position), ip, text)];
  });
}
