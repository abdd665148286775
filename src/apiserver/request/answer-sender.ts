/** Sends what a request path has come to: an answer, or the Status that refuses it. */
import type { OutgoingHttpHeaders } from "node:http";
import type { Logger } from "pino";
import { metav1, type StatusError } from "../../api/mod.ts";
import type { Clock } from "../../client/mod.ts";
import { negotiate, noKinds, resourceKinds } from "../encode/accept.ts";
import { type EncodedAnswer, encodeOne, type OneAnswer } from "../encode/answer-body.ts";
import { toStatusError } from "../errors.ts";
import { byteLengthOf } from "../http/body.ts";
import type { Exchange } from "../http/exchange.ts";
import { send } from "../http/send.ts";
import { RareLog } from "../rare-log.ts";
import type { RequestInfo } from "./request-info.ts";
import type { RequestRecord } from "./request-record.ts";
import { isRefusedSeat } from "./seats.ts";

const expiredStatus = 504;
/** Upstream's filter writes it without looking at what the client accepts, in a form of its own. */
const expired = Buffer.from(
  `${JSON.stringify({
    metadata: {},
    status: "Failure",
    message: "Timeout: request did not complete within the allotted timeout",
    reason: "Timeout",
    details: {},
    code: expiredStatus,
  })}\n`,
);

/** Of a text that is the client's own, in the log. */
const longestTold = 200;

/** Upstream's words, in the plain text that it sends them in. */
const noSeat: EncodedAnswer = Object.freeze({
  status: 429,
  contentType: "text/plain; charset=utf-8",
  body: [Buffer.from("Too many requests, please try again later.\n")],
});

export class AnswerSender {
  readonly #clock: Clock;
  readonly #log: RareLog;

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = new RareLog(log);
  }

  /** Answers the status that was sent, where the answer is long when it is sent. */
  send(
    record: RequestRecord,
    { status, contentType, body }: EncodedAnswer,
    more: OutgoingHttpHeaders,
  ): number | Promise<number> {
    if (record.expired) return expiredStatus;
    const headers = { ...this.#baseHeaders(record), "content-type": contentType, ...more };
    record.bytes += byteLengthOf(body);
    const sent = send(record.exchange, status, headers, body);
    return sent ? sent.then(() => status) : status;
  }

  /** Answers that the time is over; an answer that has begun is broken off. */
  expire(record: RequestRecord): void {
    const { exchange } = record;
    record.expired = true;
    this.#log.warn("a request was not done within its time", whoAsked(record));
    if (exchange.answered) exchange.destroy();
    else
      exchange.respond(
        expiredStatus,
        { ...this.#baseHeaders(record), "content-type": "text/plain; charset=utf-8" },
        expired,
      );
  }

  /** Of answers whose body comes bit by bit. */
  headers(record: RequestRecord): OutgoingHttpHeaders {
    return { ...this.#baseHeaders(record), ...record.warnings.headers() };
  }

  /** Answers with the Status of what was thrown. */
  async refuse(record: RequestRecord, error: unknown): Promise<number> {
    if (isRefusedSeat(error)) {
      const wait = { "retry-after": String(error.retryAfterSeconds), "x-content-type-options": "nosniff" };
      return this.send(record, noSeat, wait);
    }
    this.logBug(error);
    const refusal = toStatusError(error);
    this.#tellRefusal(record, refusal);
    record.audited?.answeredStatus(refusal.status);
    const retryAfter = refusal.status.details?.retryAfterSeconds;
    const wait = retryAfter !== undefined && { "retry-after": String(retryAfter) };
    return this.send(record, this.#encode(record, refusal), { ...record.warnings.headers(), ...wait });
  }

  /** Even the refusal could not be sent: the client is gone, or this is a bug. Either way the process goes on. */
  lose(error: unknown): number {
    this.#log.warn("an answer could not be sent", { err: error });
    return 500;
  }

  /** Ended for a client that takes nothing. */
  tellSlowWatch(record: RequestRecord): void {
    this.#log.warn("a watch was ended: its client does not read", whoAsked(record));
  }

  /** What a client that means harm is refused for. */
  #tellRefusal(record: RequestRecord, { code }: StatusError): void {
    if (code === 401) this.#log.warn("a request was refused: nobody known asks", whoAsked(record));
    else if (code === 413) this.#log.warn("a request was refused: its body is too long", whoAsked(record));
    else if (code === 400 && isCompressed(record.exchange))
      this.#log.warn("a request was refused: its body is compressed, and none is unfolded", whoAsked(record));
  }

  logBug(error: unknown): void {
    const status = toStatusError(error);
    if (status === error || (error as { code?: string }).code === "closed") return;
    const { code = "", stack = "" } = error as { code?: string; stack?: string };
    const where = stack.slice(stack.indexOf("\n    at ")).split("\n", 2).join("");
    this.#log.error("a request failed for a reason that is no answer of the API", { err: error }, `${code}${where}`);
  }

  /** In what the client accepts, and in JSON where it accepts nothing that we have. */
  #encode({ exchange, info }: RequestRecord, refusal: StatusError): EncodedAnswer {
    const { code: status, status: object } = refusal;
    const answer: OneAnswer = { type: "object", status, schema: metav1.status, object };
    const options = { include: "None", pretty: isPretty(exchange, info), now: this.#clock.now() } as const;
    try {
      const { format } = negotiate(exchange.headers.accept, { kinds: [...resourceKinds, "APIGroupDiscoveryList"] });
      return encodeOne(answer, { ...options, representation: { format } });
    } catch {
      return encodeOne(answer, { ...options, representation: negotiate(undefined, { kinds: noKinds }) });
    }
  }

  #baseHeaders({ flow, auditId }: RequestRecord): OutgoingHttpHeaders {
    return { "audit-id": auditId, "cache-control": "no-cache, private", ...flow?.headers };
  }
}

function whoAsked({ exchange, info }: RequestRecord): object {
  const userAgent = exchange.headers["user-agent"]?.slice(0, longestTold);
  return { peer: exchange.peer.address, method: exchange.method, path: info.path.slice(0, longestTold), userAgent };
}

const isCompressed = ({ headers }: Exchange): boolean => (headers["content-encoding"] ?? "identity") !== "identity";

const people = /^(curl|Wget|Mozilla)\//;

export function isPretty({ headers }: Exchange, { query }: RequestInfo): boolean {
  const wanted = query.size > 0 ? query.get("pretty") : null;
  if (wanted !== null) return wanted !== "false" && wanted !== "0";
  return people.test(headers["user-agent"] ?? "");
}
