/** Conditions in CEL that a request must meet for a webhook to be asked. */
import type { admissionregistrationv1 } from "../../api/mod.ts";
import type { AdmissionAttributes } from "../contract.ts";
import { forbidden } from "../refusal.ts";
import type { Hook } from "./hooks.ts";

/** Answers whether all conditions hold; throws where that cannot be told. */
export type EvaluateConditions = (
  conditions: readonly admissionregistrationv1.MatchCondition[],
  attributes: AdmissionAttributes,
) => boolean | Promise<boolean>;

/**
 * Answers whether the webhook is to be asked. Where that cannot be told it is not asked, and one that fails closed refuses the request.
 */
export async function meetsConditions(
  evaluate: EvaluateConditions,
  { webhook }: Hook,
  attributes: AdmissionAttributes,
): Promise<boolean> {
  try {
    return await evaluate(webhook.matchConditions ?? [], attributes);
  } catch (error) {
    if (webhook.failurePolicy === "Ignore") return false;
    throw forbidden(attributes, (error as Error).message);
  }
}
