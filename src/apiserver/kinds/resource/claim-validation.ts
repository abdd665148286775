import { dns1123LabelProblems, dns1123SubdomainProblems, type resourcev1 } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { duplicate, type FieldError, forbidden, invalid, required, tooMany } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { immutableField, requiredText, sameJson } from "../../validation/rules.ts";

const mostRequests = 32;
const mostConsumers = 256;

export function validateClaim({ spec }: resourcev1.ResourceClaim): FieldError[] {
  return validateClaimSpec(spec, field("spec"));
}

function validateClaimSpec({ devices }: resourcev1.ResourceClaimSpec, path: FieldPath): FieldError[] {
  const requests = devices?.requests ?? [];
  const at = path.child("devices", "requests");
  if (requests.length > mostRequests) return [tooMany(at, requests.length, mostRequests)];
  const names = new Set<string>();
  return requests.flatMap((request, position) => {
    const errors = requiredText(request.name, dns1123LabelProblems, at.index(position).child("name"));
    if (names.has(request.name)) errors.push(duplicate(at.index(position), request.name));
    names.add(request.name);
    return [...errors, ...validateRequest(request, at.index(position))];
  });
}

function validateRequest({ exactly, firstAvailable }: resourcev1.DeviceRequest, path: FieldPath): FieldError[] {
  if (!exactly && !firstAvailable?.length)
    return [required(path, "exactly one of `exactly` or `firstAvailable` is required")];
  if (exactly && firstAvailable?.length)
    return [
      invalid(path, undefined, "exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set"),
    ];
  if (!exactly) return [];
  return requiredText(exactly.deviceClassName, dns1123SubdomainProblems, path.child("exactly", "deviceClassName"));
}

export function validateClaimUpdate(
  object: resourcev1.ResourceClaim,
  old: resourcev1.ResourceClaim,
  context: RequestContext,
): FieldError[] {
  if (context.subresource === "status") return validateStatus(object, old);
  return [...immutableField(object.spec, old.spec, field("spec")), ...validateClaim(object)];
}

function validateStatus({ metadata, status }: resourcev1.ResourceClaim, old: resourcev1.ResourceClaim): FieldError[] {
  const path = field("status");
  const consumers = status?.reservedFor ?? [];
  const errors: FieldError[] =
    consumers.length > mostConsumers ? [tooMany(path.child("reservedFor"), consumers.length, mostConsumers)] : [];
  if (consumers.length > 0 && !status?.allocation)
    errors.push(forbidden(path.child("reservedFor"), "may not be specified when `allocated` is not set"));
  const added = consumers.some(({ uid }) => !old.status?.reservedFor?.some((before) => before.uid === uid));
  if (added && metadata.deletionTimestamp)
    errors.push(
      forbidden(
        path.child("reservedFor"),
        "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set",
      ),
    );
  if (old.status?.allocation && status?.allocation && !sameJson(status.allocation, old.status.allocation))
    errors.push(...immutableField(status.allocation, old.status.allocation, path.child("allocation")));
  return errors;
}

export function validateClaimTemplate({ spec }: resourcev1.ResourceClaimTemplate): FieldError[] {
  return validateClaimSpec(spec.spec, field("spec", "spec"));
}

export function validateClaimTemplateUpdate(
  object: resourcev1.ResourceClaimTemplate,
  old: resourcev1.ResourceClaimTemplate,
): FieldError[] {
  return [...immutableField(object.spec, old.spec, field("spec")), ...validateClaimTemplate(object)];
}
