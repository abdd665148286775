/**
 * Pods that wait for a node: active ones by priority and age; those that failed and wait out their backoff; those that no node takes until
 * something in the cluster changes; and gated ones.
 */
import type { Clock } from "../client/mod.ts";
import type { ClusterEvent, Plugin } from "./framework.ts";
import { KeyedHeap } from "./heap.ts";
import type { PodInfo } from "./pod-info.ts";

export interface QueuedPod {
  readonly key: string;
  pod: PodInfo;
  /** When it last came into the queue, in milliseconds: ties of priority go to the older. */
  readonly queuedAt: number;
  /** Failed tries so far; each doubles the backoff. */
  attempts: number;
  /** Not to be tried before, in milliseconds. */
  notBefore: number;
  /** Since when no node takes it, in milliseconds. */
  rejectedAt: number;
  /** Plugins that rejected it at the last try; empty: the try itself went wrong. */
  rejectedBy: ReadonlySet<string>;
}

export interface QueueOptions {
  readonly clock: Clock;
  readonly plugins: readonly Plugin[];
  readonly initialBackoffMs?: number;
  readonly maximumBackoffMs?: number;
  /** After so long a rejected pod is tried again even though nothing that concerns it has changed. */
  readonly flushAfterMs?: number;
  /** Called when there is a pod to take. */
  onReady(): void;
}

const defaults = { initialBackoffMs: 1_000, maximumBackoffMs: 10_000, flushAfterMs: 300_000 };

export class SchedulingQueue {
  readonly #options: QueueOptions & typeof defaults;
  readonly #plugins: ReadonlyMap<string, Plugin>;
  readonly #active = new KeyedHeap<QueuedPod>(
    (one, other) =>
      one.pod.priority > other.pod.priority ||
      (one.pod.priority === other.pod.priority && one.queuedAt < other.queuedAt),
  );
  readonly #backoff = new KeyedHeap<QueuedPod>((one, other) => one.notBefore < other.notBefore);
  readonly #rejected = new Map<string, QueuedPod>();
  readonly #gated = new Map<string, PodInfo>();
  /** Taken, and neither bound nor returned yet. A decision is made without waiting: no event can slip by in between. */
  readonly #inFlight = new Map<string, QueuedPod>();
  #sequence = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(options: QueueOptions) {
    this.#options = { ...defaults, ...options };
    this.#plugins = new Map(options.plugins.map((plugin) => [plugin.name, plugin]));
  }

  /** Sizes for metrics, by upstream's names. */
  get sizes() {
    return {
      active: this.#active.size,
      backoff: this.#backoff.size,
      unschedulable: this.#rejected.size,
      gated: this.#gated.size,
    };
  }

  add(pod: PodInfo): void {
    if (isGated(pod)) {
      this.#gated.set(pod.key, pod);
      return;
    }
    this.#gated.delete(pod.key);
    this.#activate({
      key: pod.key,
      pod,
      queuedAt: this.#options.clock.monotonic() + this.#sequence++ / 1e6,
      attempts: 0,
      notBefore: 0,
      rejectedAt: 0,
      rejectedBy: new Set(),
    });
  }

  /** The pod itself changed in something that decides about its place. */
  update(pod: PodInfo): void {
    const waiting = this.#active.get(pod.key) ?? this.#backoff.get(pod.key);
    const rejected = this.#rejected.get(pod.key);
    if (waiting) {
      waiting.pod = pod;
      (this.#active.get(pod.key) ? this.#active : this.#backoff).push(waiting);
    } else if (rejected) {
      rejected.pod = pod;
      this.#retry(rejected);
    } else if (this.#inFlight.has(pod.key)) this.refresh(pod);
    else this.add(pod);
  }

  /** What the pod was to wait for will not come. Bound, gone or on its way meanwhile, it is left alone. */
  wake(key: string): void {
    const rejected = this.#rejected.get(key);
    if (rejected) this.#retry(rejected);
  }

  /** Something of the pod changed that does not matter here: keep the newest object. */
  refresh(pod: PodInfo): void {
    const waiting = this.#active.get(pod.key) ?? this.#backoff.get(pod.key) ?? this.#rejected.get(pod.key);
    const queued = waiting ?? this.#inFlight.get(pod.key);
    if (queued) queued.pod = pod;
  }

  delete(key: string): void {
    this.#active.remove(key);
    this.#backoff.remove(key);
    this.#rejected.delete(key);
    this.#gated.delete(key);
    this.#inFlight.delete(key);
    this.#schedule();
  }

  /** Takes the next pod. With nothing active, one that waits out its backoff after a rejection goes early. */
  pop(): QueuedPod | undefined {
    const queued = this.#active.pop() ?? this.#popFromBackoff();
    if (!queued) return undefined;
    queued.attempts++;
    this.#inFlight.set(queued.key, queued);
    return queued;
  }

  /** The pod has its node. */
  done(key: string): void {
    this.#inFlight.delete(key);
  }

  /** No node took the pod, or (`rejectedBy` empty) the try went wrong. False: it was bound or went meanwhile, and is not kept. */
  returnRejected(queued: QueuedPod, rejectedBy: ReadonlySet<string>): boolean {
    if (!this.#inFlight.delete(queued.key)) return false;
    const now = this.#options.clock.monotonic();
    Object.assign(queued, { rejectedBy, rejectedAt: now, notBefore: now + this.#backoffMs(queued.attempts) });
    if (rejectedBy.size === 0) this.#retry(queued);
    else this.#rejected.set(queued.key, queued);
    this.#schedule();
    return true;
  }

  /** Wakes those rejected pods that the event may help. */
  onEvent(event: ClusterEvent): void {
    for (const queued of [...this.#rejected.values()]) {
      if (this.#mayHelp(event, queued)) this.#retry(queued);
    }
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #mayHelp(event: ClusterEvent, { rejectedBy, pod }: QueuedPod): boolean {
    for (const name of rejectedBy) {
      if (this.#plugins.get(name)?.mayHelp?.(event, pod)) return true;
    }
    return false;
  }

  #backoffMs(attempts: number): number {
    const { initialBackoffMs, maximumBackoffMs } = this.#options;
    return Math.min(maximumBackoffMs, initialBackoffMs * 2 ** Math.min(attempts - 1, 20));
  }

  #activate(queued: QueuedPod): void {
    this.#active.push(queued);
    this.#options.onReady();
  }

  #retry(queued: QueuedPod): void {
    this.#rejected.delete(queued.key);
    if (queued.notBefore <= this.#options.clock.monotonic()) {
      this.#activate(queued);
      return;
    }
    this.#backoff.push(queued);
    this.#schedule();
    if (queued.rejectedBy.size > 0) this.#options.onReady();
  }

  #popFromBackoff(): QueuedPod | undefined {
    const first = this.#backoff.peek();
    return first && first.rejectedBy.size > 0 ? this.#backoff.pop() : undefined;
  }

  /** One timer, for whatever is due first. */
  #schedule(): void {
    this.stop();
    const due = [this.#backoff.peek()?.notBefore, this.#nextFlush()].filter((time) => time !== undefined);
    if (due.length === 0) return;
    const delayMs = Math.max(0, Math.min(...due) - this.#options.clock.monotonic());
    this.#cancelTimer = this.#options.clock.after(delayMs, () => this.#onTimer());
  }

  /** Rejected pods stand in the order of their rejection. */
  #nextFlush(): number | undefined {
    const [oldest] = this.#rejected.values();
    return oldest && oldest.rejectedAt + this.#options.flushAfterMs;
  }

  #onTimer(): void {
    const now = this.#options.clock.monotonic();
    for (let first = this.#backoff.peek(); first && first.notBefore <= now; first = this.#backoff.peek()) {
      this.#activate(this.#backoff.pop()!);
    }
    for (const queued of this.#rejected.values()) {
      if (queued.rejectedAt + this.#options.flushAfterMs > now) break;
      this.#rejected.delete(queued.key);
      this.#activate(queued);
    }
    this.#schedule();
  }
}

export function isGated({ pod }: PodInfo): boolean {
  return (pod.spec.schedulingGates ?? []).length > 0;
}
