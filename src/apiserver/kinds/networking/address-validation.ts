import type { networkingv1 } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { cidrProblems } from "../../validation/address-rules.ts";
import { type FieldError, invalid, required } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { immutableField, sameJson, textErrors } from "../../validation/rules.ts";

const path = field("spec");

export function validateIPAddress({ spec }: networkingv1.IPAddress): FieldError[] {
  const at = path.child("parentRef");
  if (!spec?.parentRef) return [required(at)];
  return (["resource", "name"] as const).filter((key) => !spec.parentRef?.[key]).map((key) => required(at.child(key)));
}

export function validateIPAddressUpdate(object: networkingv1.IPAddress, old: networkingv1.IPAddress): FieldError[] {
  return immutableField(object.spec.parentRef, old.spec.parentRef, path.child("parentRef"));
}

export function validateServiceCIDR({ spec }: networkingv1.ServiceCIDR): FieldError[] {
  const at = path.child("cidrs");
  const cidrs = spec?.cidrs ?? [];
  if (cidrs.length === 0) return [required(at, "at least one CIDR required")];
  if (cidrs.length > 2) return [invalid(at, spec, "may only hold up to 2 values")];
  return cidrs.flatMap((cidr, position) => textErrors(cidr, cidrProblems, at.index(position)));
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
  return sameJson(now, before) ? [] : [invalid(path.child("cidrs"), now, "field is immutable")];
}
