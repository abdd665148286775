/** The scheduler's metrics, under upstream's names. */
import { Counter, Gauge, Histogram, type Registry } from "../client/prometheus.ts";
import type { SchedulingQueue } from "./queue.ts";

export type AttemptResult = "scheduled" | "unschedulable" | "error";

export class SchedulerMetrics {
  readonly #attempts: Counter<"result" | "profile">;
  readonly #durations: Histogram<"result" | "profile">;
  readonly #waiting: Histogram<"attempts">;
  readonly #profile: string;

  constructor(registry: Registry, profile: string, queue: () => SchedulingQueue["sizes"]) {
    const registers = [registry];
    this.#profile = profile;
    this.#attempts = new Counter({
      name: "scheduler_schedule_attempts_total",
      help: "Tries to place a pod, by result",
      labelNames: ["result", "profile"],
      registers,
    });
    this.#durations = new Histogram({
      name: "scheduler_scheduling_attempt_duration_seconds",
      help: "Time that one try takes, from the queue to the decision",
      labelNames: ["result", "profile"],
      buckets: [0.0001, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.5, 1, 4],
      registers,
    });
    this.#waiting = new Histogram({
      name: "scheduler_pod_scheduling_sli_duration_seconds",
      help: "Time from a pod's first place in the queue to its binding",
      labelNames: ["attempts"],
      buckets: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5, 10, 20, 40, 80, 160, 320],
      registers,
    });
    new Gauge({
      name: "scheduler_pending_pods",
      help: "Pods that wait, by queue",
      labelNames: ["queue"],
      registers,
      collect() {
        for (const [name, size] of Object.entries(queue())) this.set({ queue: name }, size);
      },
    });
  }

  attempt(result: AttemptResult, seconds: number): void {
    const labels = { result, profile: this.#profile };
    this.#attempts.inc(labels);
    this.#durations.observe(labels, seconds);
  }

  bound(attempts: number, seconds: number): void {
    this.#waiting.observe({ attempts: String(Math.min(attempts, 16)) }, seconds);
  }
}
