/** One call of a webhook: JSON over HTTPS, to a Service or a URL, within a time. */
import type http from "node:http";
import https from "node:https";
import { JsonSyntaxError, type metav1, parseJson } from "../../api/mod.ts";
import { WebhookConnections } from "./connections.ts";
import type { ServiceAddress, ServiceResolver } from "./service-resolver.ts";
import { networkCause, statusText, WebhookError } from "./webhook-error.ts";

/** Where a webhook is, as the API's kinds say it: exactly one of `service` and `url`. */
export interface WebhookClientConfig {
  readonly service?: {
    readonly namespace: string;
    readonly name: string;
    readonly path?: string;
    /** Default 443. */
    readonly port?: number;
  };
  readonly url?: string;
  /** PEM in base64; absent or empty: the authorities of this system. */
  readonly caBundle?: string;
}

export interface WebhookCall {
  readonly clientConfig: WebhookClientConfig;
  /** A JSON value. */
  readonly body: unknown;
  /** Instead of `body`: JSON already. */
  readonly text?: string;
  /** Whatever is answered with a 2xx is fine: answers nothing. */
  readonly ignoresAnswer?: boolean;
  readonly timeoutMs: number;
  readonly resolver: ServiceResolver;
  readonly signal?: AbortSignal;
  /** PEM: what the caller shows to the webhook. */
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  /** Beside those of JSON: an authorization, say. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default `kube-apiserver-admission`. */
  readonly userAgent?: string;
  /** Default: those that all callers of this process share. */
  readonly connections?: WebhookConnections;
}

interface Target {
  readonly url: URL;
  /** As messages show it, the port of a Service included. */
  readonly shown: string;
  readonly serverName: string;
  readonly dial: ServiceAddress;
}

const responseLimit = 3 * 1024 * 1024;
const sharedConnections = new WebhookConnections();

function goDuration(milliseconds: number): string {
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}

/** The URL that messages show: that of the configuration, with the time that the webhook has. */
function urlOf({ service, url }: WebhookClientConfig, timeoutMs: number): { url: URL; shown: string } {
  const host = service && `${service.name}.${service.namespace}.svc:${service.port ?? 443}`;
  const path = service?.path ?? "";
  const base = url ?? `https://${host}${path === "" || path.startsWith("/") ? path : `/${path}`}`;
  const shown = `${base}${base.includes("?") ? "&" : "?"}timeout=${goDuration(timeoutMs)}`;
  const parsed = URL.parse(shown);
  if (parsed?.protocol === "https:") return { url: parsed, shown };
  throw new WebhookError("resolve", `parse ${JSON.stringify(base)}: the webhook's URL is no https URL`);
}

async function targetOf({ clientConfig, timeoutMs, resolver }: WebhookCall): Promise<Target> {
  const { url, shown } = urlOf(clientConfig, timeoutMs);
  const { service } = clientConfig;
  if (!service) {
    const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
    return { url, shown, serverName: host, dial: { host, port: Number(url.port || 443) } };
  }
  const { namespace, name, port = 443 } = service;
  try {
    const dial = await resolver.resolve({ namespace, name, port });
    return { url, shown, serverName: `${name}.${namespace}.svc`, dial };
  } catch (error) {
    throw new WebhookError("resolve", `Post ${JSON.stringify(shown)}: ${(error as Error).message}`, { cause: error });
  }
}

interface Attempt {
  readonly method: "POST" | "GET";
  /** How often it was sent on. */
  readonly redirects: number;
  readonly target: Target;
  readonly agent: https.Agent;
  readonly headers: http.OutgoingHttpHeaders;
  readonly body: string;
  readonly signal: AbortSignal;
  readonly ignoresAnswer: boolean;
}

/** A pooled connection may be closed by the other side in the moment it is taken: then the call is made again on a new one. */
function mayRepeat(request: http.ClientRequest, { code }: NodeJS.ErrnoException): boolean {
  return request.reusedSocket && (code === "ECONNRESET" || code === "EPIPE");
}

function send(attempt: Attempt): Promise<http.IncomingMessage> {
  const { method, target, agent, headers, signal } = attempt;
  const { host, port } = target.dial;
  const path = `${target.url.pathname}${target.url.search}`;
  const request = https.request({ method, host, port, path, agent, headers, signal });
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    request.once("error", (error) => {
      if (mayRepeat(request, error) && !signal.aborted) resolve(send(attempt));
      else reject(error);
    });
    request.end(attempt.body);
  });
}

async function read(answer: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > responseLimit)
      throw new WebhookError("body", `the response is larger than the limit of ${responseLimit} bytes`);
  }
  return Buffer.concat(chunks);
}

/** The message of a Status, where the webhook answers with one; else what is known of the code. */
function refusal(answer: http.IncomingMessage, body: Buffer): WebhookError {
  const httpStatus = answer.statusCode ?? 0;
  const type = answer.headers["content-type"] ?? "";
  if (type.includes("json")) {
    try {
      const status = JSON.parse(body.toString("utf8")) as metav1.Status;
      if (status.kind === "Status" && status.status === "Failure")
        return new WebhookError("status", status.message ?? "unknown", { httpStatus });
    } catch {
      // Not what its type says: the code speaks for itself.
    }
  }
  const text = type === "" || type.startsWith("text/") ? body.toString("utf8").trim() : "unknown";
  return new WebhookError("status", statusText(httpStatus, text), { httpStatus });
}

/** Whatever type the answer names: many webhooks name none, and their HTTP library guesses one. */
function parse(answer: http.IncomingMessage, body: Buffer): unknown {
  const type = answer.headers["content-type"] ?? "application/json";
  if (body.length === 0)
    throw new WebhookError(
      "body",
      `0-length response with status code: ${answer.statusCode} and content type: ${type}`,
    );
  const text = body.toString("utf8");
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new WebhookError("body", `couldn't get version/kind; json parse error: ${error.message}`, { cause: error });
  }
}

const maximumRedirects = 10;
/** The request stays what it is; after the others it is a GET. */
const repeating: ReadonlySet<number> = new Set([307, 308]);
const forgetting: ReadonlySet<number> = new Set([301, 302, 303]);

/**
 * The attempt at the place that the webhook names, where that is the webhook's own host: Go's servers send `//path` on to `/path`, and
 * upstream follows.
 */
function redirected(attempt: Attempt, { statusCode = 0, headers: { location } }: http.IncomingMessage) {
  if (!location || !(repeating.has(statusCode) || forgetting.has(statusCode))) return undefined;
  const { target, redirects, headers } = attempt;
  const url = URL.canParse(location, target.url) ? new URL(location, target.url) : undefined;
  if (url?.origin !== target.url.origin) return undefined;
  if (redirects === maximumRedirects)
    throw new WebhookError("connect", `Post ${JSON.stringify(location)}: stopped after ${maximumRedirects} redirects`);
  const next = { ...attempt, redirects: redirects + 1, target: { ...target, url } };
  if (repeating.has(statusCode)) return next;
  const { "content-length": _, "content-type": __, ...kept } = headers;
  return { ...next, method: "GET", headers: kept, body: "" } as const;
}

async function exchange(attempt: Attempt): Promise<unknown> {
  const answer = await send(attempt);
  const body = await read(answer);
  const next = redirected(attempt, answer);
  if (next) return exchange(next);
  const code = answer.statusCode ?? 0;
  if (code < 200 || code > 206) throw refusal(answer, body);
  return attempt.ignoresAnswer ? undefined : parse(answer, body);
}

function headersOf(call: WebhookCall, { shown }: Target, body: string): http.OutgoingHttpHeaders {
  return {
    // With its port even where that is 443, as other callers send it.
    host: /^https:\/\/([^/?]+)/i.exec(shown)?.[1],
    accept: "application/json, */*",
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "user-agent": call.userAgent ?? "kube-apiserver-admission",
    ...call.headers,
  };
}

/**
 * Answers the JSON that the webhook answers with 2xx. Rejects with a `WebhookError` whose message is upstream's after
 * `failed calling webhook "x": failed to call webhook: `.
 */
export async function callWebhook(call: WebhookCall): Promise<unknown> {
  const { clientConfig, connections = sharedConnections, clientCertificate, clientKey } = call;
  const target = await targetOf(call);
  const agent = connections.agent({
    serverName: target.serverName,
    ...(clientConfig.caBundle && { caBundle: clientConfig.caBundle }),
    ...(clientCertificate && { clientCertificate }),
    ...(clientKey && { clientKey }),
  });
  const deadline = AbortSignal.timeout(call.timeoutMs);
  const signal = call.signal ? AbortSignal.any([call.signal, deadline]) : deadline;
  const body = call.text ?? JSON.stringify(call.body);
  try {
    const { ignoresAnswer = false } = call;
    const headers = headersOf(call, target, body);
    const first = { method: "POST", redirects: 0, target, agent, headers, body, signal, ignoresAnswer } as const;
    return await exchange(first);
  } catch (error) {
    if (error instanceof WebhookError) throw error;
    const fail = (code: "canceled" | "deadline" | "connect", why: string) =>
      new WebhookError(code, `Post ${JSON.stringify(target.shown)}: ${why}`, { cause: error });
    if (call.signal?.aborted) throw fail("canceled", "context canceled");
    if (deadline.aborted) throw fail("deadline", "context deadline exceeded");
    throw fail("connect", networkCause(error as NodeJS.ErrnoException));
  }
}
