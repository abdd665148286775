/** One probe of one container: when it looks, and what the looks amount to. */
import type { corev1 } from "../../api/mod.ts";
import type { Clock } from "../../client/mod.ts";
import type { CheckResult } from "../runtime/contract.ts";

export type ProbeKind = "startup" | "readiness" | "liveness";
export type ProbeResult = "unknown" | "success" | "failure";
export type ProbeOutcome = CheckResult | { readonly outcome: "unknown"; readonly message: string };

export interface ProbeWorkerOptions {
  readonly kind: ProbeKind;
  readonly probe: corev1.Probe;
  readonly clock: Clock;
  /** Milliseconds since the epoch. */
  readonly containerStartedAt: number;
  check(): Promise<ProbeOutcome>;
  /** Called for each look that did not succeed. */
  unhealthy(outcome: ProbeOutcome): void;
  /** The result is another than before. */
  changed(): void;
}

/** What is taken to be so until a look says otherwise. */
const initialResults: Readonly<Record<ProbeKind, ProbeResult>> = {
  startup: "unknown",
  readiness: "failure",
  liveness: "success",
};

export class ProbeWorker {
  readonly kind: ProbeKind;
  readonly probe: corev1.Probe;
  result: ProbeResult;
  readonly #options: ProbeWorkerOptions;
  /** How many looks in a row went which way. */
  #streak: { readonly success: boolean; readonly length: number } = { success: false, length: 0 };
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(options: ProbeWorkerOptions) {
    this.#options = options;
    this.kind = options.kind;
    this.probe = options.probe;
    this.result = initialResults[options.kind];
  }

  start(): void {
    const { clock, containerStartedAt, probe } = this.#options;
    const initialMs = (probe.initialDelaySeconds ?? 0) * 1000;
    // A start in the future is one before the clock was set back.
    const sinceMs = Math.max(0, clock.now() - containerStartedAt);
    this.#schedule(Math.max(0, initialMs - sinceMs));
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #schedule(delayMs: number): void {
    this.#cancel = this.#options.clock.after(delayMs, () => void this.#look());
  }

  async #look(): Promise<void> {
    const begun = this.#options.clock.monotonic();
    const outcome = await this.#options.check();
    if (this.#stopped) return;
    this.#count(outcome);
    // A startup probe has done its work when it succeeds; what failed for good is restarted, with probes of its own.
    if (this.result === "success" && this.kind === "startup") return;
    if (this.result === "failure" && this.kind !== "readiness") return;
    const period = (this.probe.periodSeconds ?? 10) * 1000;
    this.#schedule(Math.max(0, period - (this.#options.clock.monotonic() - begun)));
  }

  #count(outcome: ProbeOutcome): void {
    if (outcome.outcome !== "success") this.#options.unhealthy(outcome);
    // A look that was not possible says nothing.
    if (outcome.outcome === "unknown") return;
    const success = outcome.outcome !== "failure";
    const length = this.#streak.success === success ? this.#streak.length + 1 : 1;
    this.#streak = { success, length };
    const threshold = success ? (this.probe.successThreshold ?? 1) : (this.probe.failureThreshold ?? 3);
    if (length < threshold) return;
    const result = success ? "success" : "failure";
    if (result === this.result) return;
    this.result = result;
    this.#options.changed();
  }
}
