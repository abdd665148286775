/** The spans of one request: one for the whole, one for each step on its way. */
import { performance } from "node:perf_hooks";
import type { RequestInfo } from "../request/request-info.ts";
import type { FinishedSpan, OtlpExporter } from "./otlp-exporter.ts";
import { newSpanId, newTraceId, parseTraceParent, type TraceContext } from "./trace-context.ts";

export interface TracerOptions {
  readonly exporter: OtlpExporter;
  /** Part of the requests that are traced though nobody asks for it: 0 to 1. */
  readonly ratio: number;
  random?(): number;
}

export class Tracer {
  readonly #options: TracerOptions;

  constructor(options: TracerOptions) {
    this.#options = options;
  }

  /** Nothing where this request is not traced. A caller that traces decides for us. */
  begin(info: RequestInfo, traceParent: string | readonly string[] | undefined): RequestTrace | undefined {
    const parent = parseTraceParent(traceParent);
    const { exporter, ratio, random = Math.random } = this.#options;
    const sampled = parent ? parent.sampled : random() < ratio;
    return sampled ? new RequestTrace(exporter, info, parent) : undefined;
  }

  async stop(): Promise<void> {
    await this.#options.exporter.flush();
  }
}

export class RequestTrace {
  readonly #exporter: OtlpExporter;
  readonly #info: RequestInfo;
  readonly #parent: TraceContext | undefined;
  readonly #traceId: string;
  readonly #spanId = newSpanId();
  readonly #start = now();
  #stepStart = this.#start;

  constructor(exporter: OtlpExporter, info: RequestInfo, parent: TraceContext | undefined) {
    this.#exporter = exporter;
    this.#info = info;
    this.#parent = parent;
    this.#traceId = parent?.traceId ?? newTraceId();
  }

  /** For what is asked of others on behalf of this request. */
  get traceParent(): string {
    return `00-${this.#traceId}-${this.#spanId}-01`;
  }

  /** What was done since the last step, or the start. */
  step(name: string): void {
    const end = now();
    const ids = { traceId: this.#traceId, spanId: newSpanId(), parentSpanId: this.#spanId };
    this.#exporter.add({ ...ids, name, kind: "internal", start: this.#stepStart, end, attributes: {} });
    this.#stepStart = end;
  }

  finish(status: number, userAgent: string): void {
    this.#exporter.add({
      traceId: this.#traceId,
      spanId: this.#spanId,
      ...(this.#parent && { parentSpanId: this.#parent.spanId }),
      name: nameOf(this.#info),
      kind: "server",
      start: this.#start,
      end: now(),
      attributes: this.#attributes(status, userAgent),
      failed: status >= 500,
    });
  }

  #attributes(status: number, userAgent: string): FinishedSpan["attributes"] {
    const { method, path, resource: asked } = this.#info;
    const http = {
      "http.request.method": method,
      "url.path": path,
      "http.response.status_code": status,
      "user_agent.original": userAgent,
    };
    if (!asked) return http;
    const { group, version, resource, subresource, namespace, name } = asked;
    const object = {
      "k8s.verb": asked.verb,
      "k8s.group": group,
      "k8s.version": version,
      "k8s.resource": resource,
      "k8s.subresource": subresource,
      "k8s.namespace.name": namespace,
      "k8s.object.name": name,
    };
    return { ...http, ...Object.fromEntries(Object.entries(object).filter(([, value]) => value !== "")) };
  }
}

/** Few names: what tells requests apart stands in the attributes. */
function nameOf({ method, resource }: RequestInfo): string {
  if (!resource) return method;
  return `${resource.verb} ${resource.resource}${resource.subresource === "" ? "" : `/${resource.subresource}`}`;
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
