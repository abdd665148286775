import { webhookConditionProblem } from "../../../admission/mod.ts";
import { type admissionregistrationv1, dns1123SubdomainProblems } from "../../../api/mod.ts";
import { duplicate, type FieldError, invalid, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { validateLabelSelector } from "../../validation/rules.ts";
import { validateMatchConditions } from "./match-conditions.ts";
import { among, validateRule } from "./resource-rules.ts";

type Webhook = admissionregistrationv1.MutatingWebhook | admissionregistrationv1.ValidatingWebhook;

const knownReviewVersions: ReadonlySet<string> = new Set(["v1", "v1beta1"]);

export function validateWebhooks(webhooks: readonly Webhook[] | undefined): FieldError[] {
  const names = new Set<string>();
  return (webhooks ?? []).flatMap((webhook, position) => {
    const at = field("webhooks").index(position);
    const errors = validateWebhook(webhook, at);
    errors.push(...validateReviewVersions(webhook.admissionReviewVersions ?? [], at.child("admissionReviewVersions")));
    if (names.has(webhook.name)) errors.push(duplicate(at.child("name"), webhook.name));
    names.add(webhook.name);
    return errors;
  });
}

function validateWebhook(webhook: Webhook, path: FieldPath): FieldError[] {
  const errors = validateName(webhook.name, path.child("name"));
  for (const [position, rule] of (webhook.rules ?? []).entries())
    errors.push(...validateRule(rule, path.child("rules").index(position)));
  errors.push(...among(webhook.failurePolicy, ["Fail", "Ignore"], path.child("failurePolicy")));
  errors.push(...among(webhook.matchPolicy, ["Equivalent", "Exact"], path.child("matchPolicy")));
  if (webhook.sideEffects === undefined)
    errors.push(required(path.child("sideEffects"), "must specify one of None, NoneOnDryRun"));
  else errors.push(...among(webhook.sideEffects, ["None", "NoneOnDryRun"], path.child("sideEffects")));
  const seconds = webhook.timeoutSeconds;
  if (seconds !== undefined && (seconds < 1 || seconds > 30))
    errors.push(invalid(path.child("timeoutSeconds"), seconds, "the timeout value must be between 1 and 30 seconds"));
  errors.push(...validateLabelSelector(webhook.namespaceSelector, path.child("namespaceSelector")));
  errors.push(...validateLabelSelector(webhook.objectSelector, path.child("objectSelector")));
  if ("reinvocationPolicy" in webhook)
    errors.push(...among(webhook.reinvocationPolicy, ["IfNeeded", "Never"], path.child("reinvocationPolicy")));
  errors.push(...validateClient(webhook.clientConfig ?? {}, path.child("clientConfig")));
  const conditions = path.child("matchConditions");
  return [...errors, ...validateMatchConditions(webhook.matchConditions, webhookConditionProblem, conditions)];
}

/** A domain of at least three parts. */
function validateName(name: string, path: FieldPath): FieldError[] {
  if (!name) return [required(path)];
  const errors = dns1123SubdomainProblems(name).map((problem) => invalid(path, name, problem));
  if (name.split(".").length < 3)
    errors.push(invalid(path, name, "should be a domain with at least three segments separated by dots"));
  return errors;
}

function validateReviewVersions(versions: readonly string[], path: FieldPath): FieldError[] {
  if (versions.length === 0) return [required(path, "must specify one of v1, v1beta1")];
  if (versions.some((version) => knownReviewVersions.has(version))) return [];
  return [invalid(path, versions, "must include at least one of v1, v1beta1")];
}

function validateClient(client: Partial<admissionregistrationv1.WebhookClientConfig>, path: FieldPath): FieldError[] {
  const { url, service } = client;
  if ((url === undefined) === (service === undefined))
    return [required(path, "exactly one of url or service is required")];
  if (url !== undefined) return validateUrl(url, path.child("url"));
  const at = path.child("service");
  const errors: FieldError[] = [];
  for (const key of ["name", "namespace"] as const) if (!service?.[key]) errors.push(required(at.child(key)));
  const port = service?.port ?? 443;
  if (port < 1 || port > 65535)
    errors.push(invalid(at.child("port"), port, "port is not valid: must be between 1 and 65535, inclusive"));
  if (service?.path !== undefined && !service.path.startsWith("/"))
    errors.push(invalid(at.child("path"), service.path, "must start with a '/'"));
  return errors;
}

const form = "https://host[/path]";

function validateUrl(text: string, path: FieldPath): FieldError[] {
  if (!URL.canParse(text)) return [required(path, `url must be a valid URL: ${text}; desired format: ${form}`)];
  const url = new URL(text);
  const errors: FieldError[] = [];
  if (url.protocol !== "https:")
    errors.push(
      invalid(path, url.protocol.slice(0, -1), `'https' is the only allowed URL scheme; desired format: ${form}`),
    );
  if (url.host === "") errors.push(invalid(path, url.host, `host must be specified; desired format: ${form}`));
  if (url.username !== "") errors.push(invalid(path, url.username, "user information is not permitted in the URL"));
  if (url.hash !== "") errors.push(invalid(path, url.hash.slice(1), "fragments are not permitted in the URL"));
  if (url.search !== "")
    errors.push(invalid(path, url.search.slice(1), "query parameters are not permitted in the URL"));
  return errors;
}
