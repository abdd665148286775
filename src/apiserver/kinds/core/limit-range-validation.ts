import { type corev1, parseQuantity, qualifiedNameProblems } from "../../../api/mod.ts";
import { duplicate, type FieldError, forbidden, invalid, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { textErrors } from "../../validation/rules.ts";

export function validateLimitRange({ spec }: corev1.LimitRange): FieldError[] {
  const types = new Set<string>();
  return (spec?.limits ?? []).flatMap((limit, position) => {
    const at = field("spec", "limits").index(position);
    const errors = textErrors(limit.type, qualifiedNameProblems, at.child("type"));
    if (types.has(limit.type)) errors.push(duplicate(at.child("type"), limit.type));
    types.add(limit.type);
    if (limit.type === "Pod")
      for (const key of ["default", "defaultRequest"] as const)
        if (Object.keys(limit[key] ?? {}).length > 0)
          errors.push(forbidden(at.child(key), "may not be specified when `type` is 'Pod'"));
    if (limit.type === "PersistentVolumeClaim" && !limit.min?.["storage"] && !limit.max?.["storage"])
      errors.push(
        required(at.child("limits"), "either minimum or maximum storage value is required, but neither was provided"),
      );
    return [...errors, ...validateOrder(limit, at)];
  });
}

/** min ≤ defaultRequest ≤ default ≤ max, as far as they are given. */
function validateOrder(limit: corev1.LimitRangeItem, path: FieldPath): FieldError[] {
  const names = new Set(
    [limit.min, limit.max, limit.default, limit.defaultRequest].flatMap((list) => Object.keys(list ?? {})),
  );
  const errors: FieldError[] = [];
  for (const name of names) {
    const pairs = [
      ["min", "max", "min"],
      ["min", "defaultRequest", "defaultRequest"],
      ["min", "default", "default"],
      ["defaultRequest", "max", "defaultRequest"],
      ["default", "max", "default"],
      ["defaultRequest", "default", "defaultRequest"],
    ] as const;
    for (const [low, high, blamed] of pairs) {
      const [a, b] = [limit[low]?.[name], limit[high]?.[name]];
      if (a === undefined || b === undefined || parseQuantity(a).compare(parseQuantity(b)) <= 0) continue;
      const text = words[`${low} ${high}`]!(a, b);
      errors.push(invalid(path.child(blamed).key(name), limit[blamed]![name], text));
    }
  }
  return errors;
}

const words: Readonly<Record<string, (low: string, high: string) => string>> = Object.freeze({
  "min max": (low, high) => `min value ${low} is greater than max value ${high}`,
  "min defaultRequest": (low, high) => `min value ${low} is greater than default request value ${high}`,
  "min default": (low, high) => `min value ${low} is greater than default value ${high}`,
  "defaultRequest max": (low, high) => `default request value ${low} is greater than max value ${high}`,
  "default max": (low, high) => `default value ${low} is greater than max value ${high}`,
  "defaultRequest default": (low, high) => `default request value ${low} is greater than default limit value ${high}`,
});
