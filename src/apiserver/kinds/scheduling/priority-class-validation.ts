import type { schedulingv1 } from "../../../api/mod.ts";
import { type FieldError, forbidden, required } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { immutableField, presentWord } from "../../validation/rules.ts";

const highestUserValue = 1_000_000_000;
const policies = ["PreemptLowerPriority", "Never"];
/** What the system itself runs at; see the bootstrap. */
const systemValues: Readonly<Record<string, number>> = Object.freeze({
  "system-cluster-critical": 2_000_000_000,
  "system-node-critical": 2_000_001_000,
});

export function validatePriorityClass(object: schedulingv1.PriorityClass): FieldError[] {
  const { name = "" } = object.metadata;
  const errors: FieldError[] = [];
  if (name.startsWith("system-")) {
    if (systemValues[name] !== object.value) {
      const known = systemValues[name];
      const why =
        known === undefined
          ? `${name} is not a known system priority class`
          : `value of ${name} PriorityClass must be ${known}`;
      const text = `priority class names with 'system-' prefix are reserved for system use only. error: ${why}`;
      errors.push(forbidden(field("metadata", "name"), text));
    }
  } else if ((object.value ?? 0) > highestUserValue)
    errors.push(forbidden(field("value"), `maximum allowed value of a user defined priority is ${highestUserValue}`));
  const policy = object.preemptionPolicy;
  if (policy === ("" as string)) errors.push(required(field("preemptionPolicy")));
  else presentWord(policy, policies, field("preemptionPolicy"), errors);
  return errors;
}

export function validatePriorityClassUpdate(
  object: schedulingv1.PriorityClass,
  old: schedulingv1.PriorityClass,
): FieldError[] {
  const errors: FieldError[] = [];
  if ((object.value ?? 0) !== (old.value ?? 0))
    errors.push(forbidden(field("value"), "may not be changed in an update."));
  return [...errors, ...immutableField(object.preemptionPolicy, old.preemptionPolicy, field("preemptionPolicy"))];
}
