/** Who was let in and what they were allowed, counted under upstream's names. */
import type { Registry } from "prom-client";
import type { Decision, User } from "../../auth/mod.ts";
import { CounterFamily, type Distribution, HistogramFamily, type Value } from "./families.ts";

/** From a millisecond on, doubled each time. */
const buckets = Array.from({ length: 15 }, (_, index) => 0.001 * 2 ** index);
const labelNames = ["result"];
/** Names that say nothing of a person; all others share a series. */
const knownNames = new Set(["admin", "client", "kube_proxy", "kubelet", "system:serviceaccount:kube-system:default"]);

const results = { allow: "allowed", deny: "denied", "no-opinion": "no-opinion" } as const;

class Attempts {
  readonly #total: CounterFamily;
  readonly #duration: HistogramFamily;
  readonly #series = new Map<string, { readonly total: Value; readonly duration: Distribution }>();

  constructor(registry: Registry, what: string, totalName: string) {
    this.#total = new CounterFamily(registry, { name: totalName, help: `Attempts of ${what}, by result.`, labelNames });
    const name = `${what}_duration_seconds`;
    this.#duration = new HistogramFamily(registry, { name, help: `Duration of ${what}.`, labelNames, buckets });
  }

  /** `since`: milliseconds of `performance.now`. */
  count(result: string, since: number): void {
    let series = this.#series.get(result);
    if (!series) {
      series = { total: this.#total.labelled(result), duration: this.#duration.labelled(result) };
      this.#series.set(result, series);
    }
    series.total.value++;
    series.duration.observe((performance.now() - since) / 1000);
  }
}

export class AccessMetrics {
  readonly #authentication: Attempts;
  readonly #authorization: Attempts;
  readonly #users: CounterFamily;

  constructor(registry: Registry) {
    this.#authentication = new Attempts(registry, "authentication", "authentication_attempts");
    this.#authorization = new Attempts(registry, "authorization", "authorization_attempts_total");
    this.#users = new CounterFamily(registry, {
      name: "authenticated_user_requests",
      help: "Requests of users who are known, by name where it tells nothing of a person.",
      labelNames: ["username"],
    });
  }

  authenticated({ name }: User, since: number): void {
    this.#authentication.count("success", since);
    this.#users.labelled(knownNames.has(name) ? name : name.includes("@") ? "email_id" : "other").value++;
  }

  refused(code: number, since: number): void {
    this.#authentication.count(code === 401 ? "failure" : "error", since);
  }

  decided({ decision, error }: Decision, since: number): void {
    this.#authorization.count(error && decision !== "allow" ? "error" : results[decision], since);
  }
}
