import { webhookConditionProblem } from "../../../admission/mod.ts";
import { admissionregistrationv1, dns1123SubdomainProblems } from "../../../api/mod.ts";
import { duplicate, type FieldError, invalid, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { presentWord, validateLabelSelector } from "../../validation/rules.ts";
import { validateClientConfig, validateReviewVersions } from "../../validation/webhook-client.ts";
import { validateMatchConditions } from "./match-conditions.ts";
import { validateRule } from "./resource-rules.ts";

type Webhook = admissionregistrationv1.MutatingWebhook | admissionregistrationv1.ValidatingWebhook;

export function validateWebhooks(webhooks: readonly Webhook[] | undefined): FieldError[] {
  const names = new Set<string>();
  return (webhooks ?? []).flatMap((webhook, position) => {
    const at = field("webhooks").index(position);
    const errors = validateWebhook(webhook, at);
    const versions = webhook.admissionReviewVersions ?? [];
    const where = at.child("admissionReviewVersions");
    if (versions.length === 0) errors.push(required(where, "must specify one of v1, v1beta1"));
    else errors.push(...validateReviewVersions(versions, where));
    if (names.has(webhook.name)) errors.push(duplicate(at.child("name"), webhook.name));
    names.add(webhook.name);
    return errors;
  });
}

function validateWebhook(webhook: Webhook, path: FieldPath): FieldError[] {
  const errors = validateName(webhook.name, path.child("name"));
  for (const [position, rule] of (webhook.rules ?? []).entries())
    errors.push(...validateRule(rule, path.child("rules").index(position)));
  errors.push(
    ...presentWord(webhook.failurePolicy, admissionregistrationv1.failurePolicyType.enum, path.child("failurePolicy")),
  );
  errors.push(
    ...presentWord(webhook.matchPolicy, admissionregistrationv1.matchPolicyType.enum, path.child("matchPolicy")),
  );
  if (webhook.sideEffects === undefined)
    errors.push(required(path.child("sideEffects"), "must specify one of None, NoneOnDryRun"));
  else presentWord(webhook.sideEffects, ["None", "NoneOnDryRun"], path.child("sideEffects"), errors);
  const seconds = webhook.timeoutSeconds;
  if (seconds !== undefined && (seconds < 1 || seconds > 30))
    errors.push(invalid(path.child("timeoutSeconds"), seconds, "the timeout value must be between 1 and 30 seconds"));
  validateLabelSelector(webhook.namespaceSelector, path.child("namespaceSelector"), errors);
  validateLabelSelector(webhook.objectSelector, path.child("objectSelector"), errors);
  if ("reinvocationPolicy" in webhook)
    errors.push(
      ...presentWord(
        webhook.reinvocationPolicy,
        admissionregistrationv1.reinvocationPolicyType.enum,
        path.child("reinvocationPolicy"),
      ),
    );
  errors.push(...validateClientConfig(webhook.clientConfig ?? {}, path.child("clientConfig")));
  const conditions = path.child("matchConditions");
  return [...errors, ...validateMatchConditions(webhook.matchConditions, webhookConditionProblem, conditions)];
}

/** A domain of at least three parts. */
function validateName(name: string, path: FieldPath): FieldError[] {
  if (!name) return [required(path)];
  const errors = dns1123SubdomainProblems(name).map((problem) => invalid(path, name, problem));
  if (errors.length === 0 && name.split(".").length < 3)
    errors.push(invalid(path, name, "should be a domain with at least three segments separated by dots"));
  return errors;
}
