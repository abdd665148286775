/** Where a load balancer can be reached, as its controller reports it. */
import { isIP } from "node:net";
import { type corev1, dns1123SubdomainProblems } from "../../../api/mod.ts";
import { ipProblems } from "../../validation/address-rules.ts";
import { type FieldError, forbidden, invalid, notSupported } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { textErrors } from "../../validation/rules.ts";

const modes = ["Proxy", "VIP"];

export function validateServiceStatus({ spec, status }: corev1.Service): FieldError[] {
  const path = field("status", "loadBalancer", "ingress");
  if (status?.loadBalancer?.ingress?.length && spec.type !== "LoadBalancer")
    return [forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")];
  return (status?.loadBalancer?.ingress ?? []).flatMap((ingress, position) =>
    validateIngress(ingress, path.index(position)),
  );
}

function validateIngress({ ip, ipMode, hostname }: corev1.LoadBalancerIngress, path: FieldPath): FieldError[] {
  const errors = ip ? textErrors(ip, ipProblems, path.child("ip")) : [];
  const at = path.child("ipMode");
  if (ipMode !== undefined && !ip) errors.push(forbidden(at, "may not be specified when `ip` is not set"));
  if (ipMode !== undefined && ip && !modes.includes(ipMode)) errors.push(notSupported(at, ipMode, modes));
  if (!hostname) return errors;
  if (isIP(hostname) !== 0)
    return [...errors, invalid(path.child("hostname"), hostname, "must be a DNS name, not an IP address")];
  return [...errors, ...textErrors(hostname, dns1123SubdomainProblems, path.child("hostname"))];
}
