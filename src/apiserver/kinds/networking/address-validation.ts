import { dns1123SubdomainProblems, networkingv1, pathSegmentProblems } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { canonicalCidrProblems } from "../../validation/address-rules.ts";
import { type FieldError, invalid, required } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import { immutableField, optionalText, requiredText, textErrors } from "../../validation/rules.ts";

const path = field("spec");
const sameFamily = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64";

export function validateIPAddress({ spec }: networkingv1.IPAddress): FieldError[] {
  const at = path.child("parentRef");
  if (!spec?.parentRef) return [required(at)];
  const { group, resource, name, namespace } = spec.parentRef;
  return [
    ...optionalText(group, dns1123SubdomainProblems, at.child("group")),
    ...requiredText(resource, pathSegmentProblems, at.child("resource")),
    ...requiredText(name, pathSegmentProblems, at.child("name")),
    ...optionalText(namespace, pathSegmentProblems, at.child("namespace")),
  ];
}

export function validateIPAddressUpdate(object: networkingv1.IPAddress, old: networkingv1.IPAddress): FieldError[] {
  return [
    ...validateIPAddress(object),
    ...immutableField(parentText(object), parentText(old), path.child("parentRef")),
  ];
}

function parentText({ spec }: networkingv1.IPAddress): unknown {
  return spec?.parentRef && internalForm(networkingv1.parentReference, spec.parentRef);
}

export function validateServiceCIDR({ spec }: networkingv1.ServiceCIDR): FieldError[] {
  const at = path.child("cidrs");
  const cidrs = spec?.cidrs ?? [];
  if (cidrs.length === 0) return [required(at, "at least one CIDR required")];
  if (cidrs.length > 2)
    return [invalid(at, internalForm(networkingv1.serviceCIDRSpec, spec), "may only hold up to 2 values")];
  const errors = cidrs.flatMap((cidr, position) => textErrors(cidr, canonicalCidrProblems, at.index(position)));
  const families = new Set(cidrs.map((cidr) => cidr.includes(":")));
  return errors.length === 0 && families.size < cidrs.length ? [invalid(at, cidrs, sameFamily)] : errors;
}

export function validateServiceCIDRUpdate(
  object: networkingv1.ServiceCIDR,
  old: networkingv1.ServiceCIDR,
  context: RequestContext,
): FieldError[] {
  if (context.subresource === "status") return [];
  const [now, before] = [object.spec?.cidrs ?? [], old.spec?.cidrs ?? []];
  if (before.length === 1 && now.length === 2)
    return [...immutableField(now[0], before[0], path.child("cidrs").index(0)), ...validateServiceCIDR(object)];
  if (before.length !== now.length) return immutableField(object.spec?.cidrs, old.spec?.cidrs, path.child("cidrs"));
  return now.flatMap((cidr, position) => immutableField(cidr, before[position], path.child("cidrs").index(position)));
}
