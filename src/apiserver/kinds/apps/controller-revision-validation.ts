import type { appsv1 } from "../../../api/mod.ts";
import { type FieldError, required } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { immutableField, nonNegative } from "../../validation/rules.ts";

export function validateControllerRevision(object: appsv1.ControllerRevision): FieldError[] {
  const errors = object.data === undefined ? [required(field("data"), "data is mandatory")] : [];
  return [...errors, ...nonNegative(object.revision, field("revision"))];
}

export function validateControllerRevisionUpdate(
  object: appsv1.ControllerRevision,
  old: appsv1.ControllerRevision,
): FieldError[] {
  return [...validateControllerRevision(object), ...immutableField(object.data, old.data, field("data"))];
}
