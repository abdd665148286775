/** The file of `authorization-config`: who decides what users may, in which order. */
import { durationMs } from "../webhook/review-webhook.ts";
import { readConfigFile, type Shape } from "./config-file.ts";
import { refuse } from "./configuration-error.ts";

export interface WebhookConfiguration {
  readonly authorizedTTL?: string;
  readonly unauthorizedTTL?: string;
  readonly cacheAuthorizedRequests?: boolean;
  readonly cacheUnauthorizedRequests?: boolean;
  readonly timeout: string;
  readonly subjectAccessReviewVersion: "v1";
  readonly matchConditionSubjectAccessReviewVersion?: "v1";
  readonly failurePolicy: "NoOpinion" | "Deny";
  readonly connectionInfo: { readonly type: "KubeConfigFile"; readonly kubeConfigFile: string };
  readonly matchConditions?: readonly { readonly expression: string }[];
}

export interface AuthorizerConfiguration {
  readonly type: "Webhook" | "Node" | "RBAC" | "AlwaysAllow" | "AlwaysDeny";
  readonly name: string;
  readonly webhook?: WebhookConfiguration;
}

const shape: Shape = {
  authorizers: [
    {
      type: true,
      name: true,
      webhook: {
        authorizedTTL: true,
        unauthorizedTTL: true,
        cacheAuthorizedRequests: true,
        cacheUnauthorizedRequests: true,
        timeout: true,
        subjectAccessReviewVersion: true,
        matchConditionSubjectAccessReviewVersion: true,
        failurePolicy: true,
        connectionInfo: { type: true, kubeConfigFile: true },
        matchConditions: [{ expression: true }],
      },
    },
  ],
};

const types: readonly string[] = ["Webhook", "Node", "RBAC", "AlwaysAllow", "AlwaysDeny"];
const longestTimeoutMs = 30_000;

/** Throws `ConfigurationError`. */
export function readAuthorizationConfiguration(file: string): readonly AuthorizerConfiguration[] {
  const content = readConfigFile<{ authorizers?: AuthorizerConfiguration[] }>(file, "AuthorizationConfiguration", {
    shape,
  });
  const { authorizers = [] } = content;
  if (authorizers.length === 0) refuse("authorizers", "at least one authorization mode must be defined");
  for (const [index, one] of authorizers.entries()) checkAuthorizer(one, `authorizers[${index}]`);
  for (const [index, { type, name }] of authorizers.entries()) {
    const before = authorizers.slice(0, index);
    if (before.some((other) => other.name === name)) refuse(`authorizers[${index}].name`, `Duplicate value: "${name}"`);
    if (type !== "Webhook" && before.some((other) => other.type === type))
      refuse(`authorizers[${index}].type`, `Duplicate value: "${type}"`);
  }
  return authorizers;
}

function checkAuthorizer({ type, name, webhook }: AuthorizerConfiguration, path: string): void {
  if (!types.includes(type))
    refuse(`${path}.type`, `Unsupported value: "${type}": supported values: ${types.join(", ")}`);
  if (!name) refuse(`${path}.name`, "Required value");
  if (type !== "Webhook") {
    if (webhook) refuse(`${path}.webhook`, "may only be specified when type=Webhook");
    return;
  }
  checkWebhook(webhook ?? refuse(`${path}.webhook`, "required when type=Webhook"), `${path}.webhook`);
}

function checkWebhook(webhook: WebhookConfiguration, path: string): void {
  const timeoutMs = durationMs(webhook.timeout, `${path}.timeout`) ?? refuse(`${path}.timeout`, "Required value");
  if (timeoutMs <= 0 || timeoutMs > longestTimeoutMs) refuse(`${path}.timeout`, "must be > 0s and <= 30s");
  for (const name of ["authorizedTTL", "unauthorizedTTL"] as const)
    if (durationMs(webhook[name], `${path}.${name}`) === 0) refuse(`${path}.${name}`, "must be > 0s");
  if (webhook.subjectAccessReviewVersion !== "v1")
    refuse(`${path}.subjectAccessReviewVersion`, "Unsupported value: supported values: v1");
  if (webhook.failurePolicy !== "NoOpinion" && webhook.failurePolicy !== "Deny")
    refuse(`${path}.failurePolicy`, "Unsupported value: supported values: NoOpinion, Deny");
  const { type, kubeConfigFile } = webhook.connectionInfo ?? {};
  if (type !== "KubeConfigFile")
    refuse(`${path}.connectionInfo.type`, "Unsupported value: supported values: KubeConfigFile");
  if (!kubeConfigFile) refuse(`${path}.connectionInfo.kubeConfigFile`, "Required value");
  if (webhook.matchConditions?.length && webhook.matchConditionSubjectAccessReviewVersion !== "v1")
    refuse(`${path}.matchConditionSubjectAccessReviewVersion`, "required if match conditions are specified");
}
