/** How admission webhooks do, under upstream's names. */
import type { Registry } from "prom-client";
import type { WebhookCallOutcome, WebhookObserver } from "../../admission/mod.ts";
import { CounterFamily, HistogramFamily } from "./families.ts";

const buckets = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25];
/** What a webhook makes up beyond it shares a series. */
const largestCode = 600;

export class WebhookMetrics implements WebhookObserver {
  readonly #duration: HistogramFamily;
  readonly #requests: CounterFamily;
  readonly #rejections: CounterFamily;
  readonly #failedOpen: CounterFamily;

  constructor(registry: Registry) {
    const about = ["name", "type", "operation"];
    const counter = (name: string, help: string, labelNames: readonly string[]) =>
      new CounterFamily(registry, { name: `apiserver_admission_webhook_${name}`, help, labelNames });
    this.#duration = new HistogramFamily(registry, {
      name: "apiserver_admission_webhook_admission_duration_seconds",
      help: "Time that a webhook takes.",
      labelNames: [...about, "rejected"],
      buckets,
    });
    this.#requests = counter("request_total", "Calls of a webhook.", [...about, "code", "rejected"]);
    const cause = ["error_type", "rejection_code"];
    this.#rejections = counter("rejection_count", "Requests that a webhook refused.", [...about, ...cause]);
    this.#failedOpen = counter("fail_open_count", "Requests that went on without a webhook's word.", ["name", "type"]);
  }

  called({ name, type, operation, seconds, code, rejection, failedOpen }: WebhookCallOutcome): void {
    const rejected = String(rejection !== undefined);
    const codeText = String(Math.min(code, largestCode));
    this.#duration.labelled(name, type, operation, rejected).observe(seconds);
    this.#requests.labelled(name, type, operation, codeText, rejected).value++;
    if (rejection) this.#rejections.labelled(name, type, operation, rejection, codeText).value++;
    if (failedOpen) this.#failedOpen.labelled(name, type).value++;
  }
}
