/** A request that stays, a log say: that its answer has begun is written down when the head is sent. */
import type { OutgoingHttpHeaders } from "node:http";
import type { Writable } from "node:stream";
import type { Exchange } from "../http/exchange.ts";
import type { AuditedRequest } from "./audited-request.ts";

export function auditedExchange(exchange: Exchange, audited: AuditedRequest): Exchange {
  const start = (status: number) => audited.started(status);
  return {
    method: exchange.method,
    target: exchange.target,
    headers: exchange.headers,
    rawHeaders: exchange.rawHeaders,
    peer: exchange.peer,
    hasBody: exchange.hasBody,
    sendsWhatIsWritten: exchange.sendsWhatIsWritten,
    get body() {
      return exchange.body;
    },
    signal: exchange.signal,
    get answered() {
      return exchange.answered;
    },
    respond(status: number, headers: OutgoingHttpHeaders, body?: Uint8Array): void {
      start(status);
      exchange.respond(status, headers, body);
    },
    stream(status: number, headers: OutgoingHttpHeaders): Writable {
      start(status);
      return exchange.stream(status, headers);
    },
    destroy: () => exchange.destroy(),
  };
}
