/** Who did what: requests are written down as the policy says. */
import type { User } from "../../auth/mod.ts";
import type { AuditCounts } from "./audit-counts.ts";
import { AuditedRequest, type AuditedSource, type AuditSink } from "./audited-request.ts";
import { auditedHow, type Policy } from "./policy.ts";

export interface AuditOptions {
  readonly policy: Policy;
  readonly sink: AuditSink & { start(): void; stop(): Promise<void> };
  /** Milliseconds since the epoch. */
  now(): number;
}

export class Audit {
  readonly #options: AuditOptions;
  /** Of the server that it is part of. */
  counts: AuditCounts | undefined;
  readonly #sink: AuditSink = {
    write: (line) => {
      if (this.counts) this.counts.events.value++;
      this.#options.sink.write(line);
    },
  };

  constructor(options: AuditOptions) {
    this.#options = options;
  }

  start(): void {
    this.#options.sink.start();
  }

  /** Resolves when everything is written. */
  stop(): Promise<void> {
    return this.#options.sink.stop();
  }

  /** Nothing where the policy has no interest in the request. */
  begin(source: AuditedSource & { readonly user: User }): AuditedRequest | undefined {
    const request = this.#request(source);
    request?.received();
    return request;
  }

  /** Nobody knows who asked: all that there is to tell is that they were refused. */
  unauthenticated(source: Omit<AuditedSource, "user">, refusal: Parameters<AuditedRequest["answeredStatus"]>[0]): void {
    const request = this.#request({ ...source, user: undefined });
    request?.answeredStatus(refusal);
    request?.started(refusal.code ?? 401);
  }

  #request(source: AuditedSource): AuditedRequest | undefined {
    const how = auditedHow(this.#options.policy, source.info, source.user);
    if (this.counts) this.counts.levels[how.level].value++;
    if (how.level === "None") return undefined;
    return new AuditedRequest(source, how, { sink: this.#sink, now: this.#options.now });
  }
}
