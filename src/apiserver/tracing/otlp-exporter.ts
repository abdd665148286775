/** Sends spans to an OpenTelemetry collector: OTLP over HTTP in JSON, in batches. What the collector does not take in time is dropped. */
import https from "node:https";
import type { Logger } from "pino";
import { nodeHttp } from "../../client/node-http.ts";
import { version } from "../health/version.ts";

export type Attributes = Readonly<Record<string, string | number>>;

export interface FinishedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: "server" | "internal";
  /** Milliseconds since the epoch, with fractions. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Attributes;
  readonly failed?: boolean;
}

export interface OtlpExporterOptions {
  /** `http://127.0.0.1:4318`: spans go to `/v1/traces` below it. */
  readonly endpoint: string;
  /** Connects to this unix socket instead; `endpoint` still names the host. */
  readonly socketPath?: string;
  readonly serviceName: string;
  readonly log: Logger;
  readonly flushMs?: number;
}

const maximumWaiting = 4_096;
const maximumBatch = 512;
const defaultFlushMs = 2_000;
const timeoutMs = 5_000;

export class OtlpExporter {
  readonly #options: OtlpExporterOptions;
  readonly #url: string;
  readonly #waiting: FinishedSpan[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #complained = false;
  dropped = 0;

  constructor(options: OtlpExporterOptions) {
    this.#options = options;
    this.#url = `${options.endpoint.replace(/\/$/, "")}/v1/traces`;
  }

  add(span: FinishedSpan): void {
    if (this.#waiting.length >= maximumWaiting) {
      this.dropped++;
      return;
    }
    this.#waiting.push(span);
    if (this.#waiting.length >= maximumBatch) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), this.#options.flushMs ?? defaultFlushMs).unref();
  }

  /** Resolves when everything that waits now has been sent or dropped. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) await this.#send(this.#waiting.splice(0, maximumBatch));
  }

  async #send(spans: readonly FinishedSpan[]): Promise<void> {
    try {
      const status = await this.#post(JSON.stringify(this.#document(spans)));
      if (status >= 300) throw new Error(`the collector answered ${status}`);
      this.#complained = false;
    } catch (error) {
      this.dropped += spans.length;
      // Once for each time that it stops working.
      if (!this.#complained) this.#options.log.warn({ err: error, url: this.#url }, "traces could not be sent");
      this.#complained = true;
    }
  }

  #post(body: string): Promise<number> {
    const { socketPath } = this.#options;
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const signal = AbortSignal.timeout(timeoutMs);
    const options = { method: "POST", headers, signal, agent: false, ...(socketPath && { socketPath }) } as const;
    return new Promise((resolve, reject) => {
      const { request } = this.#url.startsWith("https:") ? https : nodeHttp;
      const sent = request(this.#url, options, (answer) => {
        answer.resume();
        answer.once("close", () => resolve(answer.statusCode ?? 500));
      });
      sent.once("error", reject);
      sent.end(body);
    });
  }

  #document(spans: readonly FinishedSpan[]): object {
    const { serviceName } = this.#options;
    const resource = { "service.name": serviceName, "service.version": version.gitVersion };
    const scopeSpans = [{ scope: { name: `kubets/${serviceName}` }, spans: spans.map(spanOf) }];
    return { resourceSpans: [{ resource: { attributes: attributesOf(resource) }, scopeSpans }] };
  }
}

function spanOf({ traceId, spanId, parentSpanId, name, kind, start, end, attributes, failed }: FinishedSpan): object {
  return {
    traceId,
    spanId,
    ...(parentSpanId && { parentSpanId }),
    name,
    kind: kind === "server" ? 2 : 1,
    startTimeUnixNano: nanoseconds(start),
    endTimeUnixNano: nanoseconds(end),
    attributes: attributesOf(attributes),
    ...(failed && { status: { code: 2 } }),
  };
}

function attributesOf(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
  }));
}

/** A number cannot hold nanoseconds since the epoch. */
function nanoseconds(milliseconds: number): string {
  const whole = Math.floor(milliseconds);
  const rest = Math.floor((milliseconds - whole) * 1e6);
  return String(BigInt(whole) * 1_000_000n + BigInt(rest));
}
