/** A webhook that an administrator's kubeconfig names: it is sent a review, and answers the same with a status. */
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import {
  callWebhook,
  loadKubeconfig,
  type ServiceResolver,
  systemClock,
  WebhookConnections,
  WebhookError,
} from "../../client/mod.ts";
import { ConfigurationError } from "../configuration/configuration-error.ts";

export interface ReviewWebhookOptions {
  readonly kubeconfig: string;
  readonly timeoutMs: number;
  /** Between the first two attempts. Default 500. */
  readonly retryMs?: number;
  /** It is told something, and what it answers does not matter. */
  readonly ignoresAnswer?: boolean;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

type Call = Parameters<typeof callWebhook>[0];
type How = Pick<Call, "timeoutMs" | "ignoresAnswer">;
type Credentials = ReturnType<typeof loadKubeconfig>;

const attempts = 5;
const usualRetryMs = 500;
const retryGrowth = 1.5;
/** Certificates and tokens that files hold are exchanged from time to time. */
const readAgainMs = 60_000;
const millisecondsOfSecond = 1000;

/** The kubeconfig names an address, never a Service. */
const noServices: ServiceResolver = {
  resolve() {
    throw new Error("a webhook's kubeconfig names no Service");
  },
};

export class ReviewWebhook {
  readonly #kubeconfig: string;
  readonly #how: How;
  readonly #retryMs: number;
  readonly #now: () => number;
  #credentials: Credentials;
  #call: Call;
  #readAt: number;

  /** Throws `ConfigurationError`. */
  constructor({
    kubeconfig,
    timeoutMs,
    retryMs = usualRetryMs,
    ignoresAnswer,
    now = systemClock.monotonic,
  }: ReviewWebhookOptions) {
    this.#kubeconfig = kubeconfig;
    this.#how = { timeoutMs, ...(ignoresAnswer && { ignoresAnswer }) };
    this.#retryMs = retryMs;
    this.#now = now;
    this.#credentials = read(kubeconfig);
    this.#call = callWith(this.#credentials, this.#how);
    this.#readAt = now();
  }

  /** Rejects where no attempt gets an answer. */
  async ask<Review>(review: Review): Promise<Review> {
    return (await this.askText(JSON.stringify(review))) as Review;
  }

  /** The same with a body that is JSON already. */
  async askText(text: string): Promise<unknown> {
    this.#readAgain();
    let waitMs = this.#retryMs;
    for (let attempt = 1; ; attempt++) {
      try {
        return await callWebhook({ ...this.#call, text });
      } catch (error) {
        if (attempt === attempts || !isPassing(error)) throw error;
        await pause(waitMs);
        waitMs *= retryGrowth;
      }
    }
  }

  /** What cannot be read is being written: what was known serves until then. */
  #readAgain(): void {
    const now = this.#now();
    if (now - this.#readAt < readAgainMs) return;
    this.#readAt = now;
    try {
      const credentials = read(this.#kubeconfig);
      if (isDeepStrictEqual(credentials, this.#credentials)) return;
      this.#credentials = credentials;
      // With connections of its own: those there are were made with the old certificate.
      this.#call = callWith(credentials, this.#how);
    } catch {}
  }
}

function callWith(credentials: Credentials, how: How): Call {
  const { server, certificateAuthority, clientCertificate, clientKey, token } = credentials;
  const caBundle = certificateAuthority && Buffer.from(certificateAuthority).toString("base64");
  return {
    clientConfig: { url: server, ...(caBundle && { caBundle }) },
    body: undefined,
    ...how,
    resolver: noServices,
    connections: new WebhookConnections(),
    ...(clientCertificate && { clientCertificate }),
    ...(clientKey && { clientKey }),
    ...(token && { headers: { authorization: `Bearer ${token}` } }),
  };
}

function read(kubeconfig: string): Credentials {
  try {
    const loaded = loadKubeconfig(kubeconfig);
    return loaded.tokenFile ? { ...loaded, token: readFileSync(loaded.tokenFile, "utf8").trim() } : loaded;
  } catch (error) {
    throw new ConfigurationError(`${kubeconfig}: ${(error as Error).message}`, { cause: error });
  }
}

/** Whether it may be better in a moment. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof WebhookError)) return false;
  const status = error.httpStatus ?? 0;
  return error.code === "connect" || status === 429 || status >= 500;
}

/** `3s`, `2m30s`, `500ms`: milliseconds. Throws `ConfigurationError`. */
export function durationMs(text: string | undefined, path: string): number | undefined {
  if (text === undefined || text === "") return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text)
    throw new ConfigurationError(`${path}: ${JSON.stringify(text)} is no duration`);
  const units = { ms: 1, s: millisecondsOfSecond, m: 60 * millisecondsOfSecond, h: 3600 * millisecondsOfSecond };
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * units[unit as keyof typeof units], 0);
}
