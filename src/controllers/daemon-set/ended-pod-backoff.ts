/** Daemon pods that end by themselves are replaced after one second, then after twice as long each time, on each node. */
import type { corev1 } from "../../api/mod.ts";
import type { Clock } from "../../client/mod.ts";

const firstDelayMs = 1_000;
const mostDelayMs = 15 * 60_000;

interface Entry {
  readonly delayMs: number;
  /** When the last pod was let go. */
  readonly since: number;
}

export class EndedPodBackoff {
  readonly #clock: Clock;
  /** By set, then by node. */
  readonly #entries = new Map<string, Map<string, Entry>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True where the pod has to wait; otherwise the next one on its node waits twice as long. */
  isHeld(key: string, pod: corev1.Pod): boolean {
    const nodes = this.#entries.get(key) ?? new Map<string, Entry>();
    this.#entries.set(key, nodes);
    const node = pod.spec.nodeName ?? "";
    const now = this.#clock.monotonic();
    const last = nodes.get(node);
    if (last !== undefined && now - last.since < last.delayMs) return true;
    const isCalm = last === undefined || now - last.since > 2 * mostDelayMs;
    nodes.set(node, { since: now, delayMs: isCalm ? firstDelayMs : Math.min(2 * last.delayMs, mostDelayMs) });
    return false;
  }

  /** Milliseconds until the first of these pods may go. */
  checkIn(key: string, pods: readonly corev1.Pod[]): number {
    const now = this.#clock.monotonic();
    const waits = pods.map((pod) => {
      const entry = this.#entries.get(key)?.get(pod.spec.nodeName ?? "");
      return entry === undefined ? 0 : entry.since + entry.delayMs - now;
    });
    return Math.max(1, Math.min(...waits));
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }
}
