import { qualifiedNameProblems, type resourcev1 } from "../../../api/mod.ts";
import { type FieldError, invalid } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { isExtended } from "../../validation/quantity-rules.ts";
import { validateOpaque, validateSelectors } from "./device-rules.ts";

const path = field("spec");

export function validateDeviceClass({ spec }: resourcev1.DeviceClass): FieldError[] {
  const errors = validateSelectors(spec?.selectors ?? [], path.child("selectors"));
  for (const [position, { opaque }] of (spec?.config ?? []).entries())
    errors.push(...validateOpaque(opaque, path.child("config").index(position).child("opaque")));
  const name = spec?.extendedResourceName;
  // Quotas count it with a prefix, which has to fit as well.
  if (name !== undefined && (!isExtended(name) || qualifiedNameProblems(`requests.${name}`).length > 0))
    errors.push(invalid(path.child("extendedResourceName"), name, "must be a valid extended resource name"));
  return errors;
}
