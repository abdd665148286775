import type { appsv1 } from "../../../api/mod.ts";
import { type FieldError, required } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { immutableField, nonNegative } from "../../validation/rules.ts";

export function validateControllerRevision(object: appsv1.ControllerRevision): FieldError[] {
  const { data } = object as { readonly data?: unknown };
  const errors = data === undefined ? [required(field("data"), "data is mandatory")] : [];
  if (data !== undefined && (typeof data !== "object" || Array.isArray(data)))
    errors.push(required(field("data"), "data must be a valid JSON object"));
  return [...errors, ...nonNegative(object.revision, field("revision"))];
}

export function validateControllerRevisionUpdate(
  object: appsv1.ControllerRevision,
  old: appsv1.ControllerRevision,
): FieldError[] {
  return [...validateControllerRevision(object), ...immutableField(object.data, old.data, field("data"))];
}
