import type { flowcontrolv1 } from "../../../api/mod.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";

const path = field("spec");

export function validateFlowSchema({ metadata, spec }: flowcontrolv1.FlowSchema): FieldError[] {
  const errors: FieldError[] = [];
  const precedence = spec?.matchingPrecedence ?? 0;
  if (precedence <= 0) errors.push(invalid(path.child("matchingPrecedence"), precedence, "must be a positive value"));
  if (precedence > 10_000)
    errors.push(invalid(path.child("matchingPrecedence"), precedence, "must not be greater than 10000"));
  if (precedence === 1 && metadata.name !== "exempt")
    errors.push(
      invalid(
        path.child("matchingPrecedence"),
        precedence,
        "only the schema named 'exempt' may have matchingPrecedence 1",
      ),
    );
  const method = spec?.distinguisherMethod?.type;
  if (spec?.distinguisherMethod && method !== "ByUser" && method !== "ByNamespace")
    errors.push(
      notSupported(path.child("distinguisherMethod").child("type"), { Type: method ?? "" }, ["ByNamespace", "ByUser"]),
    );
  if (!spec?.priorityLevelConfiguration?.name)
    errors.push(required(path.child("priorityLevelConfiguration", "name"), "must reference a priority level"));
  for (const [position, rule] of (spec?.rules ?? []).entries())
    errors.push(...validateRules(rule, path.child("rules").index(position)));
  return errors;
}

function validateRules(rule: flowcontrolv1.PolicyRulesWithSubjects, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (!rule.subjects?.length) errors.push(required(at.child("subjects"), "subjects must contain at least one value"));
  for (const [position, { kind }] of (rule.subjects ?? []).entries())
    if (!["User", "Group", "ServiceAccount"].includes(kind))
      errors.push(
        notSupported(at.child("subjects").index(position).child("kind"), kind, ["Group", "ServiceAccount", "User"]),
      );
  if (!rule.resourceRules?.length && !rule.nonResourceRules?.length)
    errors.push(required(at, "at least one of resourceRules and nonResourceRules has to be non-empty"));
  return errors;
}

export function validatePriorityLevel({ metadata, spec }: flowcontrolv1.PriorityLevelConfiguration): FieldError[] {
  if (spec?.type === "Exempt")
    return spec.limited ? [forbidden(path.child("limited"), "must be nil if the type is not Limited")] : [];
  if (spec?.type !== "Limited") return [notSupported(path.child("type"), spec?.type ?? "", ["Exempt", "Limited"])];
  if (spec.exempt) return [forbidden(path.child("exempt"), "must be nil if the type is Limited")];
  const at = path.child("limited");
  if (!spec.limited) return [required(at, "must not be empty when type is Limited")];
  const shares = spec.limited.nominalConcurrencyShares;
  const errors = metadata.name === "exempt" ? [invalid(path.child("type"), spec.type, "must be Exempt")] : [];
  if ((shares ?? 0) < 0)
    errors.push(invalid(at.child("nominalConcurrencyShares"), shares, "must be a non-negative integer"));
  return [...errors, ...validateResponse(spec.limited.limitResponse, at.child("limitResponse"))];
}

function validateResponse(response: flowcontrolv1.LimitResponse | undefined, at: FieldPath): FieldError[] {
  if (response?.type === "Reject")
    return response.queuing
      ? [forbidden(at.child("queuing"), "must be nil if limited.limitResponse.type is not Limited")]
      : [];
  if (response?.type !== "Queue") return [notSupported(at.child("type"), response?.type ?? "", ["Queue", "Reject"])];
  const queuing = response.queuing;
  const under = at.child("queuing");
  if (!queuing) return [required(under, "must not be empty if limited.limitResponse.type is Limited")];
  const errors: FieldError[] = [];
  const { queueLengthLimit = 0, queues = 0, handSize = 0 } = queuing;
  for (const [key, value] of Object.entries({ queueLengthLimit, queues, handSize }))
    if (value <= 0) errors.push(invalid(under.child(key), value, "must be positive"));
  if (handSize > queues)
    errors.push(invalid(under.child("handSize"), handSize, `should not be greater than queues (${queues})`));
  return errors;
}
