/** The scheduler as a component: takes pods off the queue, decides, writes down what was decided. */
import { isNotFound } from "../api/mod.ts";
import { type Component, type ComponentContext, createEventRecorder, type EventRecorder } from "../client/mod.ts";
import { bind, type Placement, whatCameOf } from "./binder.ts";
import { SchedulerCache } from "./cache.ts";
import { followCluster } from "./cluster-events.ts";
import { InformedClusterReader } from "./cluster-reader.ts";
import { type Diagnosis, decide, type Profile } from "./cycle.ts";
import { diagnosisMessage, rejectingPlugins } from "./diagnosis.ts";
import { SchedulerMetrics } from "./metrics.ts";
import type { NodeInfo } from "./node-info.ts";
import { planPreemption } from "./plugins/default-preemption.ts";
import { type PodStatusChange, patchPodStatus } from "./pod-status.ts";
import { Preemptor } from "./preemptor.ts";
import { defaultPlugins } from "./profile.ts";
import { type QueuedPod, SchedulingQueue } from "./queue.ts";
import { VolumeBinder } from "./volume-binder.ts";

export interface SchedulerOptions {
  /** Pods that name it are this scheduler's. Default `default-scheduler`. */
  readonly schedulerName?: string;
  /** Share of a large cluster's nodes to find before choosing, in percent; 0, the default: it falls as the cluster grows. */
  readonly percentageOfNodesToScore?: number;
  /** Writes under way beyond which decisions wait. Default 512. */
  readonly maximumWrites?: number;
  /** Decisions go on so long before other work gets its turn. Default 8. */
  readonly sliceMs?: number;
  /** Chance, for ties: 0 up to 1, exclusive. */
  readonly random?: () => number;
}

export class Scheduler implements Component {
  readonly name = "scheduler";
  readonly #context: ComponentContext;
  readonly #recorder: EventRecorder;
  readonly #schedulerName: string;
  readonly #maximumWrites: number;
  readonly #random: () => number;
  readonly #sliceMs: number;
  readonly #profile: Profile;
  readonly #cluster: InformedClusterReader;
  readonly #cache: SchedulerCache;
  readonly #queue: SchedulingQueue;
  readonly #volumes: VolumeBinder;
  readonly #preemptor: Preemptor;
  readonly #metrics: SchedulerMetrics;
  readonly #writes = new Set<Promise<void>>();
  #start = 0;
  #pumping: NodeJS.Immediate | undefined;
  #running = false;
  #unfollow = () => {};

  constructor(options: SchedulerOptions, context: ComponentContext) {
    this.#context = context;
    this.#schedulerName = options.schedulerName ?? "default-scheduler";
    this.#recorder = createEventRecorder(context, { component: this.#schedulerName });
    this.#maximumWrites = options.maximumWrites ?? 512;
    this.#random = options.random ?? Math.random;
    this.#sliceMs = options.sliceMs ?? 8;
    this.#profile = { plugins: defaultPlugins, percentageOfNodesToScore: options.percentageOfNodesToScore ?? 0 };
    this.#cluster = new InformedClusterReader(context.informers);
    this.#cache = new SchedulerCache(this.#cluster);
    this.#queue = new SchedulingQueue({ clock: context.clock, plugins: defaultPlugins, onReady: () => this.#wake() });
    this.#volumes = new VolumeBinder(context, this.#cluster);
    const preemptorOptions = { cache: this.#cache, recorder: this.#recorder, schedulerName: this.#schedulerName };
    this.#preemptor = new Preemptor(preemptorOptions, context);
    this.#metrics = new SchedulerMetrics(context.metrics, this.#schedulerName, () => this.#queue.sizes);
    this.#unfollow = followCluster(context.informers, {
      cache: this.#cache,
      queue: this.#queue,
      schedulerName: this.#schedulerName,
    });
  }

  async start(): Promise<void> {
    await this.#context.informers.waitForSync(this.#context.signal);
    this.#running = true;
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#unfollow();
    this.#queue.stop();
    clearImmediate(this.#pumping);
    this.#pumping = undefined;
    await Promise.allSettled(this.#writes);
  }

  #wake(): void {
    if (this.#running) this.#pumping ??= setImmediate(() => this.#pump());
  }

  #pump(): void {
    this.#pumping = undefined;
    const until = performance.now() + this.#sliceMs;
    for (;;) {
      // A write that ends wakes this again.
      if (this.#writes.size >= this.#maximumWrites) return;
      const queued = this.#queue.pop();
      if (!queued) return;
      this.#schedule(queued);
      if (performance.now() > until) break;
    }
    this.#wake();
  }

  #schedule(queued: QueuedPod): void {
    // Asked to go while it was being bound.
    if (queued.pod.terminating) {
      this.#queue.done(queued.key);
      return;
    }
    const began = performance.now();
    const seconds = () => (performance.now() - began) / 1000;
    try {
      const placed = this.#decide(queued);
      this.#metrics.attempt(placed ? "scheduled" : "unschedulable", seconds());
    } catch (error) {
      this.#context.log.error({ pod: queued.key, err: error }, "scheduling failed");
      this.#metrics.attempt("error", seconds());
      this.#giveBack(queued, (error as Error).message);
    }
  }

  #decide(queued: QueuedPod): boolean {
    const draw = { start: this.#start, random: this.#random };
    const decision = decide(queued.pod, this.#cache, this.#profile, draw);
    if (decision.kind === "rejected") {
      this.#reject(queued, decision.diagnosis);
      return false;
    }
    this.#start = (this.#start + decision.evaluated) % this.#cache.nodes.length;
    this.#place(queued, decision.node);
    return true;
  }

  #place(queued: QueuedPod, node: NodeInfo): void {
    const volumes = this.#volumes.reserve(queued.pod.pod, node);
    const placement = { pod: queued.pod.pod, node: node.name, volumes };
    this.#cache.nominations.remove(queued.key);
    this.#cache.assume(queued.pod, node.name);
    const binding = bind(this.#context.client, this.#volumes, placement)
      .then(() => this.#bound(queued, node.name))
      .catch((error: unknown) => this.#notBound(queued, placement, error))
      .finally(() => volumes && this.#volumes.release(volumes));
    // A provisioner may take minutes: such a pod does not hold up the others.
    if (!volumes) this.#track(binding);
  }

  #bound(queued: QueuedPod, node: string): void {
    this.#queue.done(queued.key);
    this.#metrics.bound(queued.attempts, (this.#context.clock.monotonic() - queued.queuedAt) / 1000);
    this.#recorder.event(queued.pod.pod, "Normal", "Scheduled", `Successfully assigned ${queued.key} to ${node}`);
  }

  /** The pod stays counted on the node until it is known not to be there. */
  async #notBound(queued: QueuedPod, placement: Placement, error: unknown): Promise<void> {
    const came = this.#running ? await whatCameOf(this.#context.client, placement) : "over";
    if (came === "bound") {
      this.#bound(queued, placement.node);
      return;
    }
    this.#cache.forget(queued.key);
    this.#queue.onEvent({ kind: "pod-removed", pod: queued.pod });
    if (came === "over") {
      this.#queue.done(queued.key);
      return;
    }
    this.#context.log.warn({ pod: queued.key, err: error }, "binding failed");
    this.#giveBack(queued, `binding rejected: ${(error as Error).message}`);
  }

  /** The try itself went wrong: it says nothing about the nodes. */
  #giveBack(queued: QueuedPod, message: string): void {
    if (!this.#queue.returnRejected(queued, new Set())) return;
    this.#report(queued, { reason: "SchedulerError", message }, {});
  }

  #reject(queued: QueuedPod, diagnosis: Diagnosis): void {
    const draw = { start: this.#start, random: this.#random };
    const isHopeless = diagnosis.nodeCount === 0 || this.#preemptor.isMakingRoom(queued.key);
    const preemption = isHopeless ? undefined : planPreemption(queued.pod, this.#cache, diagnosis, draw);
    this.#queue.returnRejected(queued, rejectingPlugins(diagnosis));
    const found = diagnosisMessage(diagnosis);
    if (preemption?.kind === "nominate") {
      const nominatedNodeName = preemption.candidate.node.name;
      this.#report(queued, { reason: "Unschedulable", message: found }, { nominatedNodeName });
      const making = this.#preemptor.makeRoom(queued.pod, preemption.candidate);
      this.#track(making.catch((error: unknown) => this.#notPreempted(queued, nominatedNodeName, error)));
      return;
    }
    const message = preemption?.message ? `${found} ${preemption.message}` : found;
    if (preemption?.clears) this.#cache.nominations.remove(queued.key);
    this.#report(queued, { reason: "Unschedulable", message }, preemption?.clears ? { nominatedNodeName: "" } : {});
  }

  /** By now the pod may have been bound, or promised another node. */
  #notPreempted(queued: QueuedPod, node: string, error: unknown): void {
    this.#context.log.warn({ pod: queued.key, err: error }, "preemption failed");
    this.#preemptor.giveUp(queued.key);
    const { nominations } = this.#cache;
    if (nominations.nodeOf(queued.key) === node) nominations.remove(queued.key);
    this.#queue.wake(queued.key);
  }

  #report(
    { pod: { pod }, key }: QueuedPod,
    { reason, message }: { readonly reason: string; readonly message: string },
    change: Pick<PodStatusChange, "nominatedNodeName">,
  ): void {
    this.#recorder.event(pod, "Warning", "FailedScheduling", message);
    const condition = { type: "PodScheduled", status: "False", reason, message } as const;
    const { client, clock, log } = this.#context;
    const writing = patchPodStatus(client, pod, { condition, ...change }, clock.now());
    this.#track(
      writing.catch((error: unknown) => {
        if (!isNotFound(error)) log.warn({ pod: key, err: error }, "writing the pod's condition failed");
      }),
    );
  }

  #track(work: Promise<void>): void {
    this.#writes.add(work);
    void work.finally(() => {
      this.#writes.delete(work);
      this.#wake();
    });
  }
}
