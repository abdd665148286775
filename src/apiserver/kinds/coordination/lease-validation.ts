import type { coordinationv1 } from "../../../api/mod.ts";
import { type FieldError, invalid } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { nonNegative } from "../../validation/rules.ts";

export function validateLease({ spec }: coordinationv1.Lease): FieldError[] {
  const path = field("spec");
  const errors: FieldError[] = [];
  const seconds = spec?.leaseDurationSeconds;
  if (seconds !== undefined && seconds <= 0)
    errors.push(invalid(path.child("leaseDurationSeconds"), seconds, "must be greater than 0"));
  nonNegative(spec?.leaseTransitions, path.child("leaseTransitions"), errors);
  return errors;
}
