import { flowcontrolv1 } from "../../../api/mod.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import { inRange, sameJson } from "../../validation/rules.ts";
import { fixedPriorityLevels } from "./fixed-specs.ts";

type Spec = flowcontrolv1.PriorityLevelConfigurationSpec;

const path = field("spec");
const mostQueues = 10_000_000;
const mostEntropyBits = 60;

export function validatePriorityLevel({ metadata, spec }: flowcontrolv1.PriorityLevelConfiguration): FieldError[] {
  return [...validateSpec(metadata.name, spec), ...validateFixed(metadata.name, spec)];
}

/** Of the exempt level only the shares may change, of the last resort nothing. */
function validateFixed(name: string, spec: Spec | undefined): FieldError[] {
  const fixed = fixedPriorityLevels.get(name);
  if (!fixed) return [];
  const isExempt = name === "exempt";
  const comparable = (one: Spec | undefined) => (isExempt ? { ...one, exempt: undefined } : one);
  if (sameJson(comparable(fixed), comparable(spec))) return [];
  const but = isExempt ? " except the 'spec.exempt' field" : "";
  const form = internalForm(flowcontrolv1.priorityLevelConfigurationSpec, spec);
  return [invalid(path, form, `spec of '${name}'${but} must equal the fixed value`)];
}

function validateSpec(name: string, spec: Spec | undefined): FieldError[] {
  const errors: FieldError[] = [];
  if ((spec?.type === "Exempt") !== (name === "exempt"))
    errors.push(invalid(path.child("type"), spec?.type ?? "", "must be 'Exempt' if and only if `name` is 'exempt'"));
  if (!spec?.type) return [...errors, required(path.child("type"))];
  if (spec.type === "Exempt") return [...errors, ...validateExempt(spec)];
  if (spec.type !== "Limited") return [...errors, notSupported(path.child("type"), spec.type, ["Exempt", "Limited"])];
  if (spec.exempt) return [...errors, forbidden(path.child("exempt"), "must be nil if the type is Limited")];
  return [...errors, ...validateLimited(spec.limited, path.child("limited"))];
}

function validateExempt({ limited, exempt }: Spec): FieldError[] {
  if (limited) return [forbidden(path.child("limited"), "must be nil if the type is not Limited")];
  return validateShares(exempt, path.child("exempt"));
}

function validateShares(
  shares: { nominalConcurrencyShares?: number; lendablePercent?: number } | undefined,
  at: FieldPath,
): FieldError[] {
  const nominal = shares?.nominalConcurrencyShares;
  const errors: FieldError[] =
    (nominal ?? 0) < 0
      ? [invalid(at.child("nominalConcurrencyShares"), nominal, "must be a non-negative integer")]
      : [];
  return [...errors, ...inRange(shares?.lendablePercent, 0, 100, at.child("lendablePercent"))];
}

function validateLimited(limited: Spec["limited"], at: FieldPath): FieldError[] {
  if (!limited) return [required(at, "must not be empty when type is Limited")];
  const shares = validateShares(
    {
      ...(limited.nominalConcurrencyShares !== undefined && {
        nominalConcurrencyShares: limited.nominalConcurrencyShares,
      }),
    },
    at,
  );
  const errors = [...shares, ...validateResponse(limited.limitResponse, at.child("limitResponse"))];
  inRange(limited.lendablePercent, 0, 100, at.child("lendablePercent"), errors);
  const borrowing = limited.borrowingLimitPercent;
  if ((borrowing ?? 0) < 0)
    errors.push(invalid(at.child("borrowingLimitPercent"), borrowing, "if specified, must be a non-negative integer"));
  return errors;
}

function validateResponse(response: flowcontrolv1.LimitResponse | undefined, at: FieldPath): FieldError[] {
  if (!response?.type) return [required(at.child("type"))];
  if (response.type === "Reject")
    return response.queuing
      ? [forbidden(at.child("queuing"), "must be nil if limited.limitResponse.type is not Limited")]
      : [];
  if (response.type !== "Queue") return [notSupported(at.child("type"), response.type, ["Queue", "Reject"])];
  const under = at.child("queuing");
  if (!response.queuing) return [required(under, "must not be empty if limited.limitResponse.type is Limited")];
  return validateQueuing(response.queuing, under);
}

function validateQueuing(queuing: flowcontrolv1.QueuingConfiguration, at: FieldPath): FieldError[] {
  const { queueLengthLimit = 0, queues = 0, handSize = 0 } = queuing;
  const errors: FieldError[] = [];
  for (const [key, value] of Object.entries({ queueLengthLimit, queues, handSize }))
    if (value <= 0) errors.push(invalid(at.child(key), value, "must be positive"));
  if (queues > mostQueues) errors.push(invalid(at.child("queues"), queues, `must not be greater than ${mostQueues}`));
  const hand = at.child("handSize");
  if (handSize > queues) errors.push(invalid(hand, handSize, `should not be greater than queues (${queues})`));
  else if (handSize > 0 && Math.ceil(Math.log2(queues) * handSize) > mostEntropyBits) {
    const what = `required entropy bits of deckSize ${queues} and handSize ${handSize}`;
    errors.push(invalid(hand, handSize, `${what} should not be greater than ${mostEntropyBits}`));
  }
  return errors;
}
