/** Audit events to a webhook, in batches, as upstream's `--audit-webhook-mode=batch` sends them: requests never wait for it. */
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import { ReviewWebhook } from "../../auth/mod.ts";
import type { AuditSink } from "./audited-request.ts";
import { truncatedEvent } from "./truncated-event.ts";

export interface AuditWebhookOptions extends AuditWebhookLimits {
  /** A kubeconfig. */
  readonly kubeconfig: string;
  readonly log: Logger;
  /** Told of events that could not be delivered. */
  onLost?(events: number): void;
}

export interface AuditWebhookLimits {
  /** Events that may wait; what comes when so many do is lost. Default 10,000. */
  readonly bufferSize?: number;
  /** Events in one batch. Default 400. */
  readonly batchSize?: number;
  /** Longest time that a batch is filled, in milliseconds. Default 30 s. */
  readonly batchWaitMs?: number;
  /** Batches a second, and how many at once after a pause. Default 10 and 15. */
  readonly ratePerSecond?: number;
  readonly burst?: number;
  /** Between the first two attempts. Default 10 s. */
  readonly retryMs?: number;
  /** How long the end may wait for a webhook that does not answer: whoever ends this process will not wait longer. Default 5 s. */
  readonly stopMs?: number;
  /** Of one event and of a batch, in bytes; larger events lose what they quote. Default: as large as they are. */
  readonly maximumEventBytes?: number;
  readonly maximumBatchBytes?: number;
}

const usual = {
  bufferSize: 10_000,
  batchSize: 400,
  batchWaitMs: 30_000,
  ratePerSecond: 10,
  burst: 15,
  retryMs: 10_000,
  stopMs: 5_000,
  maximumEventBytes: Number.POSITIVE_INFINITY,
  maximumBatchBytes: Number.POSITIVE_INFINITY,
  onLost: () => {},
};
const timeoutMs = 30_000;
/** Batches under way: a webhook that hangs holds that many, and the rest waits in the buffer. */
const mostUnderWay = 8;

export class AuditWebhook implements AuditSink {
  readonly #options: Required<AuditWebhookOptions>;
  readonly #webhook: ReviewWebhook;
  readonly #underWay = new Set<Promise<void>>();
  #waiting: string[] = [];
  #lost = 0;
  #stopping = false;
  #tokens: number;
  #filledAt = performance.now();
  #timer: NodeJS.Timeout | undefined;

  /** Throws `ConfigurationError`. */
  constructor(options: AuditWebhookOptions) {
    this.#options = { ...usual, ...options };
    this.#tokens = this.#options.burst;
    const { kubeconfig, retryMs } = this.#options;
    this.#webhook = new ReviewWebhook({ kubeconfig, timeoutMs, retryMs, ignoresAnswer: true });
  }

  start(): void {}

  write(line: string): void {
    const { bufferSize, batchSize, batchWaitMs, maximumEventBytes } = this.#options;
    const event = truncatedEvent(line, maximumEventBytes);
    if (event === undefined || this.#waiting.length >= bufferSize) {
      this.#lose(1);
      return;
    }
    this.#waiting.push(event);
    if (this.#waiting.length >= batchSize || this.#stopping) this.#send();
    // What the rate holds back must not wait for the next event.
    if (this.#waiting.length > 0 && !this.#stopping) this.#timer ??= setTimeout(() => this.#flush(), batchWaitMs);
  }

  /** Resolves when what waits has been sent, or given up. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stopping = true;
    this.#send();
    await Promise.race([this.#drained(), pause(this.#options.stopMs, undefined, { ref: false })]);
  }

  async #drained(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#send();
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#flush(), 1000 / this.#options.ratePerSecond);
  }

  /** Full batches, and where nobody waits for more the last one, as far as the rate allows. */
  #send(): void {
    const isTimeUp = this.#stopping || this.#timer === undefined;
    while (this.#waiting.length >= (isTimeUp ? 1 : this.#options.batchSize)) {
      if (this.#underWay.size >= mostUnderWay || !this.#takeToken()) return;
      this.#deliver(this.#takeBatch());
    }
  }

  #takeBatch(): string[] {
    const { batchSize, maximumBatchBytes } = this.#options;
    let bytes = 0;
    let count = 0;
    while (count < this.#waiting.length && count < batchSize) {
      bytes += this.#waiting[count]!.length;
      if (count > 0 && bytes > maximumBatchBytes) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  #takeToken(): boolean {
    if (this.#stopping) return true;
    const { ratePerSecond, burst } = this.#options;
    const now = performance.now();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) / 1000) * ratePerSecond);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  #deliver(events: readonly string[]): void {
    const sending = this.#webhook.askText(eventList(events)).then(
      () => this.#delivered(),
      (error) => {
        this.#options.log.error({ err: error, events: events.length }, "audit events could not be sent");
        this.#options.onLost(events.length);
      },
    );
    const mine = sending.finally(() => {
      this.#underWay.delete(mine);
      this.#send();
    });
    this.#underWay.add(mine);
  }

  #delivered(): void {
    if (this.#lost > 0)
      this.#options.log.error({ events: this.#lost }, "audit events were lost: too many waited to be sent");
    this.#lost = 0;
  }

  #lose(events: number): void {
    this.#lost += events;
    this.#options.onLost(events);
  }
}

function eventList(events: readonly string[]): string {
  return `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${events.join(",")}]}`;
}
