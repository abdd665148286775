/** Looks after one pod from its arrival on the node until nothing of it is left. */
import { type corev1, formatTime } from "../../api/mod.ts";
import { isNodeError, messageOf } from "../runtime/errors.ts";
import { ContainerStopper } from "./container-stopper.ts";
import { findContainer } from "./containers.ts";
import { removeLeftovers } from "./leftovers.ts";
import { nothingObserved, type PodObservation, PodObserver, runningContainers } from "./observation.ts";
import { computePodStatus, type PodVerdict } from "./pod-status.ts";
import { PodSync } from "./pod-sync.ts";
import type { PodServices } from "./services.ts";
import { StatusWriter } from "./status-writer.ts";
import {
  asksForAnotherRound,
  graceSeconds,
  type TerminationCause,
  terminationCause,
  type WorkerState,
} from "./worker-state.ts";

const firstRetryMs = 500;
const lastRetryMs = 15_000;
const longRoundMs = 1000;

const stages = { syncing: "active", terminating: "ending", terminated: "ended", finished: "ended" } as const;

export interface PodWorkerOptions {
  /** Why the node does not take the pod, if it does not. */
  readonly refusal?: PodVerdict;
  /** The runtime has nothing of the pod. */
  readonly unknown: boolean;
  /** Containers of the pod run for the first time; how long that took. */
  running(seconds: number): void;
  /** Nothing is left of the pod, and the API has forgotten it. */
  done(worker: PodWorker): void;
}

export class PodWorker {
  readonly uid: string;
  readonly #services: PodServices;
  readonly #options: PodWorkerOptions;
  readonly #observer: PodObserver;
  readonly #stopper: ContainerStopper;
  readonly #sync: PodSync;
  readonly #status: StatusWriter;
  readonly #startTime: string;
  #pod: corev1.Pod;
  #state: WorkerState = { kind: "syncing" };
  #observation: PodObservation = nothingObserved;
  #verdict: PodVerdict | undefined;
  /** Milliseconds since the epoch; absent where the pod ran before this agent, or its start has been told. */
  #seenAt: number | undefined;
  /** The API has no such pod any more. */
  #removed = false;
  /** See the options; until the first round. */
  #unknown: boolean;
  /** Ends what a sync waits for, when the pod is to end. */
  #work = new AbortController();
  #wanted = false;
  #running: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #cancelDeadline: (() => void) | undefined;
  #retryMs = firstRetryMs;
  #stopped = false;

  constructor(pod: corev1.Pod, services: PodServices, options: PodWorkerOptions) {
    this.uid = pod.metadata.uid;
    this.#pod = pod;
    this.#services = services;
    this.#options = options;
    this.#verdict = options.refusal;
    this.#unknown = options.unknown;
    this.#seenAt = pod.status?.startTime === undefined ? services.clock.monotonic() : undefined;
    this.#startTime = formatTime(services.clock.now());
    this.#observer = new PodObserver(services.runtime, this.uid, (status) => services.files.terminationMessage(status));
    this.#stopper = new ContainerStopper(services);
    this.#sync = new PodSync(services, this.#observer, this.#stopper);
    this.#status = new StatusWriter(services, {
      pod: () => this.#pod,
      compute: () => this.#computeStatus(),
      written: (written) => this.update(written),
      gone: () => this.remove(),
    });
  }

  get pod(): corev1.Pod {
    return this.#pod;
  }

  get state(): WorkerState["kind"] {
    return this.#state.kind;
  }

  /** A fresh look at what the runtime has of the pod. */
  look(): Promise<PodObservation> {
    return this.#observer.observe();
  }

  start(): void {
    if (this.#verdict === undefined) this.#services.config.track(this.#pod, () => this.wake());
    // What ran before this agent began is looked at before anything is said of it.
    if (this.#pod.status?.startTime === undefined && this.#verdict === undefined) void this.#status.write();
    this.#armDeadline();
    this.wake();
  }

  /** The API has a newer state of the pod. */
  update(pod: corev1.Pod): void {
    const before = this.#pod;
    if (pod.metadata.uid !== this.uid || Number(pod.metadata.resourceVersion) < Number(before.metadata.resourceVersion))
      return;
    this.#pod = pod;
    // Mostly it is this agent's own status that comes back.
    if (asksForAnotherRound(before, pod)) {
      if (this.#verdict === undefined) this.#services.config.track(pod, () => this.wake());
      this.#armDeadline();
      this.#react();
    } else this.#reviewGates();
  }

  /** The API has no such pod any more. */
  remove(): void {
    this.#removed = true;
    this.#react();
  }

  /** Something about the pod's containers, probes or files may have changed. */
  wake(): void {
    this.#wanted = true;
    if (this.#running !== undefined || this.#stopped) return;
    this.#running = this.#loop();
  }

  /** A probe says otherwise: the API learns it before anything else is done about it. */
  probeChanged(): void {
    void this.#status.write();
    this.wake();
  }

  /** Lets go of the pod; its containers run on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#work.abort();
    this.#cancelTimer?.();
    this.#cancelDeadline?.();
    this.#status.close();
    this.#services.probes.forget(this.uid);
    this.#services.config.untrack(this.uid);
  }

  /** A change of the spec or of the time left is acted upon even while a round is under way. */
  #react(): void {
    const cause = terminationCause(this.#pod, this.#removed, this.#verdict);
    if (cause !== undefined && this.#state.kind === "syncing") this.#work.abort();
    if (cause !== undefined && this.#state.kind === "terminating") this.#shorten(cause, this.#state);
    this.wake();
  }

  /** Conditions of others decide on the readiness of pods that have gates. */
  #reviewGates(): void {
    if (this.#pod.spec.readinessGates?.length) void this.#status.write();
    // A deleted pod that waits for its status to be written goes on with the answer.
    if (this.#state.kind === "terminated" && this.#pod.metadata.deletionTimestamp !== undefined) this.wake();
  }

  #shorten(cause: TerminationCause, state: WorkerState & { kind: "terminating" }): void {
    const grace = graceSeconds(this.#pod, cause);
    if (cause.kind === "completed" || grace >= state.graceSeconds) return;
    this.#state = { ...state, graceSeconds: grace };
    this.#stopper.hurry(this.#observation, grace).catch((error: unknown) => this.#logFailure(error));
  }

  #armDeadline(): void {
    const seconds = this.#pod.spec.activeDeadlineSeconds;
    this.#cancelDeadline?.();
    if (seconds === undefined || this.#state.kind !== "syncing" || this.#verdict !== undefined) return;
    const begun = Date.parse(this.#pod.status?.startTime ?? this.#startTime);
    const leftMs = Math.max(0, begun + seconds * 1000 - this.#services.clock.now());
    this.#cancelDeadline = this.#services.clock.after(leftMs, () => this.#pastDeadline());
  }

  #pastDeadline(): void {
    if (this.#state.kind !== "syncing" || terminationCause(this.#pod, this.#removed, undefined) !== undefined) return;
    const message = "Pod was active on the node longer than the specified deadline";
    this.#verdict = { phase: "Failed", reason: "DeadlineExceeded", message };
    this.#services.event(this.#pod, undefined, "Normal", "DeadlineExceeded", message);
    this.#react();
  }

  async #loop(): Promise<void> {
    while (this.#wanted && !this.#stopped) {
      this.#wanted = false;
      this.#cancelTimer?.();
      try {
        await this.#step();
        this.#retryMs = firstRetryMs;
      } catch (error) {
        this.#failed(error);
      }
    }
    this.#running = undefined;
  }

  #failed(error: unknown): void {
    if (this.#stopped || this.#wanted) return;
    this.#logFailure(error);
    this.#later(this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, lastRetryMs);
  }

  #logFailure(error: unknown): void {
    const { namespace, name } = this.#pod.metadata;
    const details = { namespace, pod: name, error: messageOf(error) };
    if (isNodeError(error)) this.#services.log.warn(details, "a round over a pod failed and is tried again");
    else
      this.#services.log.error({ ...details, err: error }, "a round over a pod failed unexpectedly and is tried again");
  }

  #later(delayMs: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#services.clock.after(delayMs, () => this.wake());
  }

  #step(): Promise<void> {
    const state = this.#state;
    switch (state.kind) {
      case "syncing":
        return this.#syncing();
      case "terminating":
        return this.#terminating(state);
      case "terminated":
        return this.#terminated(state);
      case "finished":
        return this.#finished();
    }
  }

  #enter(state: WorkerState): void {
    this.#state = state;
    this.#wanted = true;
  }

  async #syncing(): Promise<void> {
    const cause = terminationCause(this.#pod, this.#removed, this.#verdict);
    if (cause !== undefined)
      return this.#enter({ kind: "terminating", cause, graceSeconds: graceSeconds(this.#pod, cause) });
    this.#work = new AbortController();
    // Nothing of a pod that has come since this agent began can be there before its first round.
    this.#observation = this.#unknown ? nothingObserved : await this.#observer.observe();
    this.#unknown = false;
    this.#syncProbes(false);
    const pod = this.#pod;
    const stopReporting = this.#reportLongRound();
    const outcome = await this.#sync
      .run({ pod, observation: this.#observation, signal: this.#work.signal })
      .finally(stopReporting);
    if (outcome.changed) this.#observation = outcome.observation ?? (await this.#observer.observe());
    this.#syncProbes(false);
    // What was started may let the next begin, or have ended already; what could not be started has its own time.
    if (outcome.changed && outcome.againMs === undefined) this.#wanted ||= this.#sync.hasWork(pod, this.#observation);
    if (outcome.finished) {
      const completed = { kind: "completed" } as const;
      return this.#enter({ kind: "terminating", cause: completed, graceSeconds: graceSeconds(pod, completed) });
    }
    void this.#status.write();
    this.#tellStart();
    await this.#keepCurrent(pod);
    if (outcome.againMs !== undefined) this.#later(outcome.againMs);
  }

  #tellStart(): void {
    if (this.#seenAt === undefined || runningContainers(this.#observation).length === 0) return;
    this.#options.running((this.#services.clock.monotonic() - this.#seenAt) / 1000);
    this.#seenAt = undefined;
  }

  /** A round may wait for an image or a hook while other containers run already: what they do is told meanwhile. */
  #reportLongRound(): () => void {
    const { containers, initContainers = [], ephemeralContainers = [] } = this.#pod.spec;
    // A container that is alone has no others to tell of, and each look is several calls of the runtime.
    if (containers.length + initContainers.length + ephemeralContainers.length === 1) return () => {};
    let over = false;
    const report = async () => {
      const observation = await this.#observer.observe().catch(() => undefined);
      if (over || observation === undefined) return;
      this.#observation = observation;
      this.#syncProbes(false);
      void this.#status.write();
      cancel = this.#services.clock.after(longRoundMs, () => void report());
    };
    let cancel = this.#services.clock.after(longRoundMs, () => void report());
    return () => {
      over = true;
      cancel();
    };
  }

  /** Volumes follow the API, and what earlier runs left behind is cleared away. */
  async #keepCurrent(pod: corev1.Pod): Promise<void> {
    if (this.#observation.sandbox?.state !== "SANDBOX_READY") return;
    await this.#services.volumes.refresh(pod, this.#sync.addresses(pod, this.#observation));
    await removeLeftovers(this.#services.runtime, this.#observation);
  }

  async #terminating({ cause, graceSeconds: grace }: WorkerState & { kind: "terminating" }): Promise<void> {
    const { runtime } = this.#services;
    this.#cancelDeadline?.();
    this.#observation = await this.#observer.observe();
    this.#syncProbes(true);
    const address = this.#sync.addresses(this.#pod, this.#observation)[0] ?? "";
    await this.#stopper.stopAll(this.#pod, this.#observation, grace, address);
    for (const { id } of this.#observation.sandboxes) await runtime.stopSandbox(id);
    this.#observation = await this.#observer.observe();
    this.#services.probes.forget(this.uid);
    this.#enter({ kind: "terminated", cause, released: false });
  }

  async #terminated(state: WorkerState & { kind: "terminated" }): Promise<void> {
    const { volumes, cgroups, config, images, api } = this.#services;
    if (!state.released) {
      if (!this.#removed) void this.#status.write();
      config.untrack(this.uid);
      images.forget(this.#pod);
      await volumes.tearDown(this.uid);
      await cgroups?.remove(this.#pod);
      this.#state = { ...state, released: true };
    }
    if (this.#removed) return this.#enter({ kind: "finished", cause: state.cause });
    await this.#status.write();
    if (this.#pod.metadata.deletionTimestamp === undefined) return;
    if (!this.#status.settled) return this.#later(1000);
    await api.delete(this.#pod);
    // The watch says when it is gone; finalizers may keep it for long.
  }

  async #finished(): Promise<void> {
    const { runtime, files } = this.#services;
    const { sandboxes } = await this.#observer.observe();
    for (const { id } of sandboxes) await runtime.removeSandbox(id);
    await files.removeLogs(this.#pod);
    await this.stop();
    this.#options.done(this);
  }

  #syncProbes(ending: boolean): void {
    const pod = this.#pod;
    const address = this.#sync.addresses(pod, this.#observation)[0] ?? "";
    const running = runningContainers(this.#observation).flatMap((observed) => {
      const container = findContainer(pod, observed.name);
      return container === undefined ? [] : [{ container, observed }];
    });
    this.#services.probes.sync({ pod, address, ending }, running);
  }

  #computeStatus(): corev1.PodStatus {
    const { probes, node, runtimeName, clock } = this.#services;
    const pod = this.#pod;
    return computePodStatus({
      pod,
      observation: this.#observation,
      waiting: this.#sync.waiting,
      health: {
        started: ({ name, status }) => {
          const container = findContainer(pod, name);
          return container !== undefined && probes.started(this.uid, container, status.id);
        },
        ready: ({ name, status }) => {
          const container = findContainer(pod, name);
          return container !== undefined && probes.ready(this.uid, container, status.id);
        },
      },
      resize: this.#sync.resize,
      hostAddresses: node.addresses,
      runtimeName,
      startTime: this.#startTime,
      verdict: this.#verdict,
      stage: stages[this.#state.kind],
      now: formatTime(clock.now()),
    });
  }
}
