import { policyv1 } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { validateConditions } from "../../validation/conditions.ts";
import { type FieldError, invalid } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import {
  nonNegative,
  notMoreThan100Percent,
  positiveIntOrPercent,
  presentWord,
  validateLabelSelector,
} from "../../validation/rules.ts";

const path = field("spec");
const evictionPolicies: readonly string[] = policyv1.unhealthyPodEvictionPolicyType.enum;

export function validateDisruptionBudget({ spec }: policyv1.PodDisruptionBudget): FieldError[] {
  if (!spec) return [];
  const { minAvailable, maxUnavailable } = spec;
  const errors: FieldError[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined)
    errors.push(
      invalid(
        path,
        internalForm(policyv1.podDisruptionBudgetSpec, spec),
        "minAvailable and maxUnavailable cannot be both set",
      ),
    );
  for (const key of ["minAvailable", "maxUnavailable"] as const)
    errors.push(
      ...positiveIntOrPercent(spec[key], path.child(key)),
      ...notMoreThan100Percent(spec[key], path.child(key)),
    );
  validateLabelSelector(spec.selector, path.child("selector"), errors);
  const policy = spec.unhealthyPodEvictionPolicy;
  presentWord(policy, evictionPolicies, path.child("unhealthyPodEvictionPolicy"), errors);
  return errors;
}

export function validateDisruptionBudgetUpdate(
  object: policyv1.PodDisruptionBudget,
  _old: policyv1.PodDisruptionBudget,
  context: RequestContext,
): FieldError[] {
  if (context.subresource !== "status") return validateDisruptionBudget(object);
  const counts = (["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"] as const).flatMap((key) =>
    nonNegative(object.status?.[key], field("status", key)),
  );
  return [...validateConditions(object.status?.conditions, field("status", "conditions")), ...counts];
}
