/** Asks one webhook about one request. */
import { callWebhook, type ServiceResolver, WebhookError } from "../../client/mod.ts";
import type { AdmissionAttributes } from "../contract.ts";
import type { ResourceVersionName } from "../matching/rules.ts";
import type { Hook } from "./hooks.ts";
import { abandoned, CallFailure, denial, internalError, noDryRun } from "./refusals.ts";
import { InvalidResponse, type Review, type ReviewResponse, responseOf, reviewOf, reviewVersion } from "./review.ts";
import type { VersionedRequest } from "./versioned.ts";

export interface Question {
  readonly hook: Hook;
  readonly attributes: AdmissionAttributes;
  readonly request: VersionedRequest;
  /** How the rules know what is asked about. */
  readonly as: ResourceVersionName;
  /** May it answer with a patch? */
  readonly mutating: boolean;
}

const defaultTimeoutSeconds = 10;

async function post({ hook, attributes }: Question, review: Review, resolver: ServiceResolver): Promise<unknown> {
  const { clientConfig, timeoutSeconds = defaultTimeoutSeconds, name } = hook.webhook;
  try {
    return await callWebhook({
      clientConfig,
      body: review,
      timeoutMs: timeoutSeconds * 1000,
      resolver,
      ...(attributes.signal && { signal: attributes.signal() }),
    });
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error;
    const what = error.code === "trust" ? "could not get REST client" : "failed to call webhook";
    throw new CallFailure(name, `${what}: ${error.message}`, { cause: error });
  }
}

function read({ hook, mutating }: Question, review: Review, answer: unknown): ReviewResponse {
  try {
    return responseOf(answer, review, mutating);
  } catch (error) {
    throw error instanceof InvalidResponse ? new CallFailure(hook.webhook.name, error.message) : error;
  }
}

function refuseSideEffects({ hook, attributes }: Question): void {
  const { sideEffects, name } = hook.webhook;
  if (attributes.dryRun && sideEffects !== "None" && sideEffects !== "NoneOnDryRun") throw noDryRun(name);
}

/**
 * What a webhook that allows the request says. Rejects with a `StatusError` where it denies it, and with a `CallFailure` where it could not
 * be asked.
 */
export async function askWebhook(question: Question, resolver: ServiceResolver): Promise<ReviewResponse> {
  const { hook, attributes, request, as } = question;
  refuseSideEffects(question);
  const version = reviewVersion(hook);
  if (!version)
    throw new CallFailure(
      hook.webhook.name,
      `could not create admission objects: webhook does not accept known AdmissionReview versions (v1, v1beta1)`,
    );
  const [object, oldObject] = await Promise.all([
    request.show(attributes.object, as),
    request.show(attributes.oldObject, as),
  ]);
  const review = reviewOf(version, attributes, { object, oldObject, resource: request.resource(as) });
  const response = read(question, review, await post(question, review, resolver));
  for (const [key, value] of Object.entries(response.auditAnnotations ?? {}))
    attributes.annotate?.(`${hook.webhook.name}/${key}`, value);
  for (const warning of response.warnings ?? []) attributes.warn(warning);
  if (!response.allowed) throw denial(hook.webhook.name, response.status);
  return response;
}

/** True where the failure is the webhook's own and it fails open. */
export function isForgiven(error: unknown, { webhook }: Hook): boolean {
  return error instanceof CallFailure && webhook.failurePolicy === "Ignore";
}

/** Throws what the client is told of a failure, where that is not the webhook's own or it does not fail open. */
export function forgive(error: unknown, hook: Hook, { signal }: AdmissionAttributes): void {
  if (!isForgiven(error, hook)) throw error instanceof CallFailure ? internalError(error.message) : error;
  // The call was given up because nobody waits for it: nothing is written that the webhook has not seen.
  if (signal?.().aborted) throw abandoned();
}
