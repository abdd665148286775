/** Rules that device classes, claims and slices share. */
import { createRequire } from "node:module";
import {
  cIdentifierProblems,
  dns1123SubdomainProblems,
  labelValueProblems,
  qualifiedNameProblems,
  resourcev1,
} from "../../../api/mod.ts";
import {
  duplicate,
  type FieldError,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
} from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { optionalText, textErrors } from "../../validation/rules.ts";
import { Seen } from "../../validation/seen.ts";
import { validateDriverName } from "../storage/csi-validation.ts";

const load = createRequire(import.meta.url);

/** It brings the expression language: loaded for the first selector. */
const expressions = () => load("./device-expressions.ts") as typeof import("./device-expressions.ts");

const mostSelectors = 32;
const longestName = 32;
const taintEffects: readonly string[] = resourcev1.deviceTaintEffect.enum;

/** `name`, or `domain/name`: the domain is the driver's where it is left out. */
export function validateQualifiedName(name: string, at: FieldPath): FieldError[] {
  const slash = name.indexOf("/");
  if (slash < 0) return validateIdentifier(name, at);
  const [domain, rest] = [name.slice(0, slash), name.slice(slash + 1)];
  const errors =
    domain === ""
      ? [invalid(at, "", "the domain must not be empty")]
      : textErrors(domain, dns1123SubdomainProblems, at);
  return [...errors, ...(rest === "" ? [invalid(at, "", "the name must not be empty")] : validateIdentifier(rest, at))];
}

function validateIdentifier(name: string, at: FieldPath): FieldError[] {
  return name.length > longestName ? [tooLong(at, longestName)] : textErrors(name, cIdentifierProblems, at);
}

export function validateFullName(name: string, at: FieldPath): FieldError[] {
  const errors =
    name !== "" && !name.includes("/") && cIdentifierProblems(name).length === 0 ? [] : validateQualifiedName(name, at);
  if (!name.includes("/"))
    errors.push(invalid(at, name, "a fully qualified name must be a domain and a name separated by a slash"));
  return errors;
}

export function validateSelectors(selectors: readonly resourcev1.DeviceSelector[], at: FieldPath): FieldError[] {
  if (selectors.length > mostSelectors) return [tooMany(at, selectors.length, mostSelectors)];
  return selectors.flatMap(({ cel }, position) => {
    const where = at.index(position).child("cel");
    return cel
      ? expressions().validateDeviceExpression(cel.expression ?? "", where.child("expression"))
      : [required(where)];
  });
}

export function validateOpaque(opaque: resourcev1.OpaqueDeviceConfiguration | undefined, at: FieldPath): FieldError[] {
  if (!opaque) return [required(at)];
  const errors = validateDriverName(opaque.driver, at.child("driver"));
  const where = at.child("parameters");
  if (opaque.parameters === undefined) return [...errors, required(where)];
  const isObject = typeof opaque.parameters === "object" && !Array.isArray(opaque.parameters);
  return isObject ? errors : [...errors, invalid(where, "<value omitted>", "must be a valid JSON object")];
}

export function validateTolerations(list: readonly resourcev1.DeviceToleration[], path: FieldPath): FieldError[] {
  return list.flatMap(({ key, operator, value, effect }, position) => {
    const at = path.index(position);
    const errors = optionalText(key, qualifiedNameProblems, at.child("key"));
    if (operator === "Exists") {
      if (value) errors.push(invalid(at.child("value"), value, "must be empty for operator `Exists`"));
    } else if (operator === "Equal") textErrors(value ?? "", labelValueProblems, at.child("value"), errors);
    else if (!operator) errors.push(required(at.child("operator")));
    else errors.push(notSupported(at.child("operator"), operator, resourcev1.deviceTolerationOperator.enum));
    return effect ? [...errors, ...validateTaintEffect(effect, at.child("effect"))] : errors;
  });
}

export function validateTaints(taints: readonly resourcev1.DeviceTaint[], path: FieldPath): FieldError[] {
  return taints.flatMap(({ key, value, effect }, position) => {
    const at = path.index(position);
    const errors = textErrors(key ?? "", qualifiedNameProblems, at.child("key"));
    optionalText(value, labelValueProblems, at.child("value"), errors);
    return [...errors, ...validateTaintEffect(effect, at.child("effect"))];
  });
}

function validateTaintEffect(effect: string | undefined, at: FieldPath): FieldError[] {
  if (!effect) return [required(at)];
  return taintEffects.includes(effect) ? [] : [notSupported(at, effect, taintEffects)];
}

/** No text twice, each by the rule. */
export function uniqueTexts(
  list: readonly string[],
  rule: (text: string, at: FieldPath) => FieldError[],
  path: FieldPath,
): FieldError[] {
  const seen = new Seen<string>();
  return list.flatMap((text, position) => {
    const errors = rule(text, path.index(position));
    return seen.again(text) ? [...errors, duplicate(path.index(position), text)] : errors;
  });
}
