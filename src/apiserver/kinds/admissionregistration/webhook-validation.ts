import { webhookConditionProblem } from "../../../admission/mod.ts";
import { type admissionregistrationv1, dns1035LabelProblems, dns1123SubdomainProblems } from "../../../api/mod.ts";
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
  if (errors.length === 0 && name.split(".").length < 3)
    errors.push(invalid(path, name, "should be a domain with at least three segments separated by dots"));
  return errors;
}

function validateReviewVersions(versions: readonly string[], path: FieldPath): FieldError[] {
  if (versions.length === 0) return [required(path, "must specify one of v1, v1beta1")];
  const errors = versions.flatMap((version, position) => {
    if (versions.indexOf(version) < position) return [invalid(path.index(position), version, "duplicate version")];
    return dns1035LabelProblems(version).map((problem) => invalid(path.index(position), version, problem));
  });
  if (errors.length > 0 || versions.some((version) => knownReviewVersions.has(version))) return errors;
  return [invalid(path, versions, "must include at least one of v1, v1beta1")];
}

function validateClient(client: Partial<admissionregistrationv1.WebhookClientConfig>, path: FieldPath): FieldError[] {
  const { url, service } = client;
  if ((url === undefined) === (service === undefined))
    return [required(path, "exactly one of url or service is required")];
  if (url !== undefined) return validateUrl(url, path.child("url"));
  const at = path.child("service");
  const errors: FieldError[] = [];
  // Upstream takes the one for the other.
  if (!service?.namespace) errors.push(required(at.child("name")));
  if (!service?.name) errors.push(required(at.child("namespace")));
  const port = service?.port ?? 443;
  if (port < 1 || port > 65535)
    errors.push(invalid(at.child("port"), port, "port is not valid: must be between 1 and 65535, inclusive"));
  return [...errors, ...validatePath(service?.path, at.child("path"))];
}

function validatePath(text: string | undefined, at: FieldPath): FieldError[] {
  if (!text || text === "/") return [];
  const errors = text.startsWith("/") ? [] : [invalid(at, text, "must start with a '/'")];
  const segments = text.slice(1).replace(/\/$/, "").split("/");
  for (const [position, segment] of segments.entries()) {
    if (segment === "") errors.push(invalid(at, text, `segment[${position}] may not be empty`));
    else
      errors.push(
        ...dns1123SubdomainProblems(segment).map((problem) => invalid(at, text, `segment[${position}]: ${problem}`)),
      );
  }
  return errors;
}

const form = "https://host[/path]";
const reference = /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/i;

function validateUrl(text: string, path: FieldPath): FieldError[] {
  if (text.startsWith(":")) {
    const problem = `parse ${JSON.stringify(text)}: missing protocol scheme`;
    return [required(path, `url must be a valid URL: ${problem}; desired format: ${form}`)];
  }
  const [, scheme = "", authority = "", query = "", fragment = ""] = reference.exec(text) ?? [];
  const [host, user] = authority.split("@").reverse();
  const errors: FieldError[] = [];
  if (scheme !== "https")
    errors.push(invalid(path, scheme, `'https' is the only allowed URL scheme; desired format: ${form}`));
  if (!host) errors.push(invalid(path, host ?? "", `host must be specified; desired format: ${form}`));
  if (user !== undefined) errors.push(invalid(path, user, "user information is not permitted in the URL"));
  if (fragment !== "") errors.push(invalid(path, fragment, "fragments are not permitted in the URL"));
  if (query !== "") errors.push(invalid(path, query, "query parameters are not permitted in the URL"));
  return errors;
}
