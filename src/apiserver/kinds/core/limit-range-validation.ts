import { type corev1, getKey, parseQuantity, qualifiedNameProblems } from "../../../api/mod.ts";
import { duplicate, type FieldError, forbidden, invalid, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { containerResourceName, resourceName } from "../../validation/quantity-rules.ts";
import { textErrors } from "../../validation/rules.ts";

export function validateLimitRange({ spec }: corev1.LimitRange): FieldError[] {
  const types = new Set<string>();
  return (spec?.limits ?? []).flatMap((limit, position) => {
    const at = field("spec", "limits").index(position);
    const errors = [...validateLimitType(limit.type, at.child("type")), ...validateResourceNames(limit, at)];
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

const limitTypes = ["Pod", "Container", "PersistentVolumeClaim"];

function validateLimitType(type: string, path: FieldPath): FieldError[] {
  const errors = textErrors(type, qualifiedNameProblems, path);
  if (errors.length > 0 || type.includes("/") || limitTypes.includes(type)) return errors;
  return [invalid(path, type, "must be a standard limit type or fully qualified")];
}

function validateResourceNames(limit: corev1.LimitRangeItem, path: FieldPath): FieldError[] {
  const ofContainers = limit.type === "Pod" || limit.type === "Container";
  return (["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] as const).flatMap((key) =>
    Object.keys(limit[key] ?? {})
      .sort()
      .flatMap((name) => (ofContainers ? containerResourceName : resourceName)(name, path.child(key).key(name))),
  );
}

/** min ≤ defaultRequest ≤ default ≤ max, as far as they are given. */
function validateOrder(limit: corev1.LimitRangeItem, path: FieldPath): FieldError[] {
  const lists = [limit.min, limit.max, limit.default, limit.defaultRequest, limit.maxLimitRequestRatio];
  const names = new Set(lists.flatMap((list) => Object.keys(list ?? {})));
  return [...names].flatMap((name) => [...validatePairs(limit, name, path), ...validateRatio(limit, name, path)]);
}

/** Low, high, where the error is, and whose value it shows. */
const pairs = [
  ["min", "max", "min", "min"],
  ["min", "defaultRequest", "defaultRequest", "defaultRequest"],
  ["defaultRequest", "max", "defaultRequest", "defaultRequest"],
  ["defaultRequest", "default", "defaultRequest", "defaultRequest"],
  ["min", "default", "default", "min"],
  ["default", "max", "default", "max"],
] as const;

function validatePairs(limit: corev1.LimitRangeItem, name: string, path: FieldPath): FieldError[] {
  return pairs.flatMap(([low, high, blamed, shown]) => {
    const [a, b] = [getKey(limit[low], name), getKey(limit[high], name)];
    if (a === undefined || b === undefined || parseQuantity(a).compare(parseQuantity(b)) <= 0) return [];
    return [invalid(path.child(blamed).key(name), limit[shown]![name], words[`${low} ${high}`]!(a, b))];
  });
}

function validateRatio({ min, max, maxLimitRequestRatio }: corev1.LimitRangeItem, name: string, path: FieldPath) {
  const ratio = getKey(maxLimitRequestRatio, name);
  if (ratio === undefined) return [];
  const at = path.child("maxLimitRequestRatio").key(name);
  const amount = (text: string) => Number(parseQuantity(text).milliValue());
  const errors = amount(ratio) < 1000 ? [invalid(at, ratio, `ratio ${ratio} is less than 1`)] : [];
  const [low, high] = [getKey(min, name), getKey(max, name)];
  if (low === undefined || high === undefined || amount(ratio) / 1000 <= amount(high) / amount(low)) return errors;
  const most = (amount(high) / amount(low)).toFixed(6);
  return [...errors, invalid(at, ratio, `ratio ${ratio} is greater than max/min = ${most}`)];
}

const words: Readonly<Record<string, (low: string, high: string) => string>> = Object.freeze({
  "min max": (low, high) => `min value ${low} is greater than max value ${high}`,
  "min defaultRequest": (low, high) => `min value ${low} is greater than default request value ${high}`,
  "min default": (low, high) => `min value ${low} is greater than default value ${high}`,
  "defaultRequest max": (low, high) => `default request value ${low} is greater than max value ${high}`,
  "default max": (low, high) => `default value ${low} is greater than max value ${high}`,
  "defaultRequest default": (low, high) => `default request value ${low} is greater than default limit value ${high}`,
});
