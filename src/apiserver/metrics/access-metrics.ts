/** Who was let in and what they were allowed, counted under upstream's names. */
import { X509Certificate } from "node:crypto";
import type { Registry } from "prom-client";
import type { Decision, User } from "../../auth/mod.ts";
import { CounterFamily, type Distribution, HistogramFamily, type Value } from "./families.ts";

/** From a millisecond on, doubled each time. */
const buckets = Array.from({ length: 15 }, (_, index) => 0.001 * 2 ** index);
const labelNames = ["result"];
const filterBuckets = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 5, 10, 15, 30];
const [hour, day] = [3600, 86_400];
const certificateBuckets = [
  ...[0, hour / 2, hour, 2 * hour, 6 * hour, 12 * hour],
  ...[1, 2, 4, 7, 30, 90, 180, 360].map((days) => days * day),
];
const credentialId = "authentication.kubernetes.io/credential-id";
/** Names that say nothing of a person; all others share a series. */
const knownNames = new Set(["admin", "client", "kube_proxy", "kubelet", "system:serviceaccount:kube-system:default"]);

const results = { allow: "allowed", deny: "denied", "no-opinion": "no-opinion" } as const;

class Attempts {
  readonly #total: CounterFamily;
  readonly #duration: HistogramFamily;
  /** The same in the words of another family. */
  readonly #filter: Distribution;
  readonly #series = new Map<string, { readonly total: Value; readonly duration: Distribution }>();

  constructor(registry: Registry, what: string, totalName: string, filters: HistogramFamily) {
    this.#filter = filters.labelled(what);
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
    const seconds = (performance.now() - since) / 1000;
    series.duration.observe(seconds);
    this.#filter.observe(seconds);
  }
}

export class AccessMetrics {
  readonly #authentication: Attempts;
  readonly #authorization: Attempts;
  readonly #users: CounterFamily;
  readonly #byUser = new Map<string, Value>();
  readonly #certificates: Distribution;
  /** When certificates end, in milliseconds since the epoch: the listener keeps one buffer for each connection. */
  readonly #ends = new WeakMap<Uint8Array, number>();

  constructor(registry: Registry) {
    const filters = new HistogramFamily(registry, {
      name: "apiserver_request_filter_duration_seconds",
      help: "Time in steps of the way of a request.",
      labelNames: ["filter"],
      buckets: filterBuckets,
    });
    this.#authentication = new Attempts(registry, "authentication", "authentication_attempts", filters);
    this.#authorization = new Attempts(registry, "authorization", "authorization_attempts_total", filters);
    this.#certificates = new HistogramFamily(registry, {
      name: "apiserver_client_certificate_expiration_seconds",
      help: "Time that certificates of clients have left when they are used.",
      buckets: certificateBuckets,
    }).labelled();
    this.#users = new CounterFamily(registry, {
      name: "authenticated_user_requests",
      help: "Requests of users who are known, by name where it tells nothing of a person.",
      labelNames: ["username"],
    });
  }

  /** `certificate` in DER: what the connection showed, whether or not it says who asks. */
  authenticated({ name, extra }: User, since: number, certificate?: Uint8Array): void {
    if (certificate && extra?.[credentialId]?.[0]?.startsWith("X509SHA256="))
      this.#certificates.observe((this.#endOf(certificate) - Date.now()) / 1000);
    this.#authentication.count("success", since);
    this.#countOf(knownNames.has(name) ? name : name.includes("@") ? "email_id" : "other").value++;
  }

  #countOf(label: string): Value {
    let count = this.#byUser.get(label);
    if (!count) {
      count = this.#users.labelled(label);
      this.#byUser.set(label, count);
    }
    return count;
  }

  refused(code: number, since: number): void {
    this.#authentication.count(code === 401 ? "failure" : "error", since);
  }

  decided({ decision, error }: Decision, since: number): void {
    this.#authorization.count(error && decision !== "allow" ? "error" : results[decision], since);
  }

  #endOf(certificate: Uint8Array): number {
    const known = this.#ends.get(certificate);
    if (known !== undefined) return known;
    const end = Date.parse(new X509Certificate(certificate).validTo);
    this.#ends.set(certificate, end);
    return end;
  }
}
