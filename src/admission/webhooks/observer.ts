/** Told how webhooks do: for metrics. */
import { isStatusError } from "../../api/mod.ts";
import type { AdmissionAttributes } from "../contract.ts";
import { isForgiven } from "./ask.ts";
import type { Hook } from "./hooks.ts";
import { CallFailure } from "./refusals.ts";

/** Upstream's words: they are labels of metrics. */
export type WebhookType = "admit" | "validating";
export type RejectionCause = "no_error" | "calling_webhook_error" | "apiserver_internal_error";

export interface WebhookCallOutcome {
  readonly name: string;
  readonly type: WebhookType;
  readonly operation: string;
  readonly seconds: number;
  /** Of the answer to the client: 200 where the webhook allows it, 0 where there is none of its own. */
  readonly code: number;
  /** Why the request is refused; nothing where it is not. */
  readonly rejection?: RejectionCause;
  /** It could not be asked, and the request goes on. */
  readonly failedOpen: boolean;
}

export interface WebhookObserver {
  called(outcome: WebhookCallOutcome): void;
}

interface About {
  readonly hook: Hook;
  readonly type: WebhookType;
  readonly attributes: Pick<AdmissionAttributes, "operation">;
}

/** What `ask` answers or throws; the observer is told how it went. */
export async function observed<T>(
  observer: WebhookObserver | undefined,
  { hook, type, attributes }: About,
  ask: () => Promise<T>,
): Promise<T> {
  const began = performance.now();
  const tell = (rest: Pick<WebhookCallOutcome, "code" | "rejection" | "failedOpen">) => {
    const seconds = (performance.now() - began) / 1000;
    observer?.called({ name: hook.webhook.name, type, operation: attributes.operation, seconds, ...rest });
  };
  try {
    const answer = await ask();
    tell({ code: 200, failedOpen: false });
    return answer;
  } catch (error) {
    if (isForgiven(error, hook)) tell({ code: 500, failedOpen: true });
    else tell({ ...refusalOf(error), failedOpen: false });
    throw error;
  }
}

function refusalOf(error: unknown): { readonly code: number; readonly rejection: RejectionCause } {
  if (error instanceof CallFailure) return { code: 500, rejection: "calling_webhook_error" };
  if (isStatusError(error)) return { code: error.code, rejection: "no_error" };
  return { code: 0, rejection: "apiserver_internal_error" };
}
