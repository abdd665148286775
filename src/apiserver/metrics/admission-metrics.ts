/** How long admission takes, plugin by plugin and step by step, under upstream's names. */
import type { Registry } from "prom-client";
import { type Distribution, HistogramFamily } from "./families.ts";

const buckets = [0.005, 0.025, 0.1, 0.5, 1, 2.5];

export type AdmissionStep = "admit" | "validate";

/** Durations of one plugin in one operation, or of a step as a whole. */
export class AdmissionTimes {
  readonly #labelled: (rejected: string) => Distribution;
  #passed: Distribution | undefined;
  #rejected: Distribution | undefined;

  constructor(labelled: (rejected: string) => Distribution) {
    this.#labelled = labelled;
  }

  passed(milliseconds: number): void {
    this.#passed ??= this.#labelled("false");
    this.#passed.observe(milliseconds / 1000);
  }

  rejected(milliseconds: number): void {
    this.#rejected ??= this.#labelled("true");
    this.#rejected.observe(milliseconds / 1000);
  }
}

export class AdmissionMetrics {
  readonly #plugins: HistogramFamily;
  readonly #steps: HistogramFamily;

  constructor(registry: Registry) {
    const family = (name: string, help: string, labelNames: readonly string[]) =>
      new HistogramFamily(registry, { name: `apiserver_admission_${name}`, help, labelNames, buckets });
    const labelNames = ["type", "operation", "rejected"];
    this.#plugins = family("controller_admission_duration_seconds", "Time that a plugin takes.", [
      "name",
      ...labelNames,
    ]);
    this.#steps = family("step_admission_duration_seconds", "Time that all plugins of a step take.", labelNames);
  }

  plugin(name: string, step: AdmissionStep, operation: string): AdmissionTimes {
    return new AdmissionTimes((rejected) => this.#plugins.labelled(name, step, operation, rejected));
  }

  step(step: AdmissionStep, operation: string): AdmissionTimes {
    return new AdmissionTimes((rejected) => this.#steps.labelled(step, operation, rejected));
  }
}
