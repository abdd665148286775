/** One request over the network, and what is noted about it on its way. */
import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { performance } from "node:perf_hooks";
import type { AuditedRequest } from "../audit/audited-request.ts";
import type { Flow, FlowTicket } from "../flow-control/flow.ts";
import type { Exchange } from "../http/exchange.ts";
import type { RequestTrace } from "../tracing/request-trace.ts";
import { parseRequest, type RequestInfo } from "./request-info.ts";
import { Warnings } from "./warnings.ts";

const longestAuditId = 64;

export function auditIdOf(headers: IncomingHttpHeaders): string {
  const given = headers["audit-id"];
  return typeof given === "string" && given !== "" ? given.slice(0, longestAuditId) : randomUUID();
}

export class RequestRecord {
  readonly exchange: Exchange;
  readonly info: RequestInfo;
  readonly warnings = new Warnings();
  /** Milliseconds on the process's own clock: finer than that of the day. */
  readonly started = performance.now();
  /** Of the answer's body, before it is compressed. */
  bytes = 0;
  /** Of the request's body, once it has been read. */
  bodyBytes: number | undefined;
  /** Of priority and fairness, once it is known who asks. */
  flow: Flow | undefined;
  /** The seats that it holds. */
  ticket: FlowTicket | undefined;
  /** Waited for them. */
  queuedSeconds = 0;
  trace: RequestTrace | undefined;
  /** Where it is written down; nothing where nobody wants that. */
  audited: AuditedRequest | undefined;
  #auditId: string | undefined;
  /** Its time is over and the client has been told: what comes of it now goes nowhere. */
  expired = false;

  constructor(exchange: Exchange) {
    this.exchange = exchange;
    this.info = parseRequest(exchange.method, exchange.target);
  }

  /** The client's own, where it gives one. */
  get auditId(): string {
    this.#auditId ??= auditIdOf(this.exchange.headers);
    return this.#auditId;
  }

  get seconds(): number {
    return (performance.now() - this.started) / 1000;
  }

  get applies(): boolean {
    const type = this.exchange.method === "PATCH" ? this.exchange.headers["content-type"] : undefined;
    return type?.startsWith("application/apply-patch") ?? false;
  }
}
