/** How pods were judged by the Pod Security Standards, under upstream's names. */
import type { Registry } from "prom-client";
import type { PodSecurityEvaluation, PodSecurityObserver } from "../../admission/mod.ts";
import { CounterFamily } from "./families.ts";

export class PodSecurityMetrics implements PodSecurityObserver {
  readonly #evaluations: CounterFamily;

  constructor(registry: Registry) {
    const request = ["request_operation", "resource", "subresource"];
    this.#evaluations = new CounterFamily(registry, {
      name: "pod_security_evaluations_total",
      help: "Judgements of pods and of what makes pods.",
      labelNames: ["decision", "policy_level", "policy_version", "mode", ...request],
    });
  }

  evaluated({ decision, mode, policy, operation, resource, subresource }: PodSecurityEvaluation): void {
    const { level, version } = policy;
    this.#evaluations.labelled(decision, level, version, mode, operation, resource, subresource).value++;
  }
}
