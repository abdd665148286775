import { configMapKeyProblems, type corev1 } from "../../../api/mod.ts";
import { type FieldError, forbidden, invalid, tooLong } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { sameJson } from "../../validation/rules.ts";

const maximumBytes = 1024 * 1024;
const immutableText = "field is immutable when `immutable` is set";

export function validateConfigMap(object: corev1.ConfigMap): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const [key, value] of Object.entries(object.data ?? {})) {
    for (const problem of configMapKeyProblems(key)) errors.push(invalid(field("data").key(key), key, problem));
    if (object.binaryData?.[key] !== undefined) {
      const text = "duplicate of key present in binaryData";
      errors.push(invalid(field("data").key(key), key, text));
    }
    bytes += Buffer.byteLength(value);
  }
  for (const [key, value] of Object.entries(object.binaryData ?? {})) {
    for (const problem of configMapKeyProblems(key)) errors.push(invalid(field("binaryData").key(key), key, problem));
    bytes += Buffer.byteLength(value, "base64");
  }
  // The whole object is too long, so no one field is named.
  if (bytes > maximumBytes) errors.push(tooLong(field().key(""), maximumBytes));
  return errors;
}

export function validateConfigMapUpdate(object: corev1.ConfigMap, old: corev1.ConfigMap): FieldError[] {
  return [...keepImmutable(object, old, ["data", "binaryData"]), ...validateConfigMap(object)];
}

interface Freezable {
  readonly immutable?: boolean;
}

/** What was declared immutable stays so, and so do its contents. */
export function keepImmutable<T extends Freezable>(
  object: T,
  old: T,
  contents: readonly (keyof T & string)[],
): FieldError[] {
  if (!old.immutable) return [];
  const errors = object.immutable ? [] : [forbidden(field("immutable"), immutableText)];
  for (const key of contents)
    if (!sameJson(object[key] ?? {}, old[key] ?? {})) errors.push(forbidden(field(key), immutableText));
  return errors;
}
