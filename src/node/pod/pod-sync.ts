/** One round of bringing a pod's containers to what its spec says. */
import type { corev1 } from "../../api/mod.ts";
import { podResolverConfig } from "../identity/resolver-config.ts";
import type { SandboxConfig } from "../runtime/contract.ts";
import { isNodeError, messageOf, NodeError } from "../runtime/errors.ts";
import type { MountedVolumes } from "../volumes/volume-manager.ts";
import { Backoff } from "./backoff.ts";
import { ContainerStarter } from "./container-starter.ts";
import type { WaitingReason } from "./container-status.ts";
import type { ContainerStopper } from "./container-stopper.ts";
import { containerHash, findContainer, isHostNetwork, type PodContainer, podFullName } from "./containers.ts";
import {
  hasExited,
  latest,
  type ObservedContainer,
  type PodObservation,
  type PodObserver,
  sandboxAddresses,
} from "./observation.ts";
import { type ContainerHealth, type ContainerStop, type PodPlan, planPod } from "./plan.ts";
import { PodResize } from "./resize.ts";
import { sandboxConfig } from "./sandbox-config.ts";
import type { PodServices } from "./services.ts";

/** How soon a start that failed is tried again, where nothing says how long to wait. */
const startRetryMs = 2000;
/** How soon a change of resources that waits for room is looked at again. */
const resizeRetryMs = 5000;

export interface SyncInput {
  readonly pod: corev1.Pod;
  readonly observation: PodObservation;
  /** Aborted when the pod ends. */
  readonly signal: AbortSignal;
}

/** A round that has just made the pod's sandbox. */
interface BegunInput extends SyncInput {
  readonly sandbox?: SandboxConfig;
}

export interface SyncOutcome {
  readonly finished: boolean;
  /** Something was done: what the runtime has is to be looked at again. */
  readonly changed: boolean;
  /** What the runtime has then, where it is known already. */
  readonly observation?: PodObservation;
  /** Milliseconds until the next round has something to do by itself. */
  readonly againMs: number | undefined;
}

/** What came of the starts of a round. */
interface Starts {
  /** Of the containers that run. */
  readonly ids: readonly string[];
  /** How long to wait before each of the others is tried again. */
  readonly pauses: readonly number[];
}

/** The container's id, or how long to wait before it is tried again. */
type Started = { readonly id: string } | { readonly id?: never; readonly pauseMs: number };

const nothingWaits: ReadonlyMap<string, WaitingReason> = new Map();
const noStarts: Starts = { ids: [], pauses: [] };

export class PodSync {
  readonly #services: PodServices;
  readonly #observer: PodObserver;
  readonly #stopper: ContainerStopper;
  readonly #starter: ContainerStarter;
  readonly #backoff: Backoff;
  #waiting: Map<string, WaitingReason> | undefined;
  readonly resize: PodResize;

  constructor(services: PodServices, observer: PodObserver, stopper: ContainerStopper) {
    this.#services = services;
    this.#observer = observer;
    this.#stopper = stopper;
    this.#starter = new ContainerStarter(services);
    this.#backoff = new Backoff(services.clock);
    this.resize = new PodResize(services);
  }

  health(pod: corev1.Pod): ContainerHealth {
    const { probes } = this.#services;
    const { uid } = pod.metadata;
    return {
      started: ({ name, status }) => {
        const container = findContainer(pod, name);
        return container !== undefined && probes.started(uid, container, status.id);
      },
      failedProbe: ({ status }) => probes.failedProbe(uid, status.id),
      backoffMs: (container, ended) => this.#backoff.remainingMs(backoffKey(container), finishedAt(ended)),
    };
  }

  /** The addresses that the pod's containers and probes use. */
  addresses(pod: corev1.Pod, observation: PodObservation): readonly string[] {
    return isHostNetwork(pod) ? this.#services.node.addresses : sandboxAddresses(observation.sandbox);
  }

  /** Whether a round would do anything. */
  hasWork(pod: corev1.Pod, observation: PodObservation): boolean {
    const plan = planPod({ pod, observation, health: this.health(pod) });
    const steps = plan.start.length + plan.stop.length + plan.stopSandboxes.length;
    return steps > 0 || plan.finished || plan.sandbox.kind === "create";
  }

  async run(input: SyncInput): Promise<SyncOutcome> {
    const plan = planPod({ ...input, health: this.health(input.pod) });
    for (const id of plan.stopSandboxes) await this.#services.runtime.stopSandbox(id);
    if (plan.sandbox.kind === "create") return this.#begin(input, plan.sandbox.attempt);
    return (await this.#execute(input, plan)).outcome;
  }

  async #execute(input: BegunInput, plan: PodPlan): Promise<{ outcome: SyncOutcome; starts: Starts }> {
    this.#noteBackoffs(input.pod, plan);
    const restarts = await this.resize.run(input.pod, input.observation);
    const stops = [...plan.stop, ...restarts];
    await Promise.all(stops.map((stop) => this.#stop(input, stop)));
    const starts = await this.#startAll(input, plan);
    const pauses = [...plan.backedOff.map(({ remainingMs }) => remainingMs), ...starts.pauses];
    const outcome = {
      finished: plan.finished,
      changed: stops.length + plan.start.length > 0,
      againMs: pauses.length > 0 ? Math.min(...pauses) : this.resize.problem && resizeRetryMs,
    };
    return { outcome, starts };
  }

  /** A new sandbox, and at once what is to run in it. */
  async #begin(input: SyncInput, attempt: number): Promise<SyncOutcome> {
    const { pod, signal } = input;
    if (attempt > 0) {
      this.#services.event(
        pod,
        undefined,
        "Normal",
        "SandboxChanged",
        "Pod sandbox changed, it will be killed and re-created.",
      );
    }
    // A pod whose volumes cannot be had gets no sandbox either.
    await this.#volumes(pod, input.observation);
    const { id, config } = await this.#createSandbox(pod, attempt);
    const observation = await (attempt === 0 ? this.#observer.observeFirst(id) : this.#observer.observe());
    if (signal.aborted) return { finished: false, changed: true, againMs: undefined };
    const next = { ...input, observation, sandbox: config };
    const plan = planPod({ ...next, health: this.health(pod) });
    // Without an address the network has failed it; the next round makes another.
    if (plan.sandbox.kind !== "keep") return { finished: false, changed: true, againMs: 1000 };
    const { outcome, starts } = await this.#execute(next, plan);
    // One that was not started may have been made all the same.
    if (attempt > 0 || starts.ids.length < plan.start.length) return { ...outcome, changed: true };
    return { ...outcome, changed: true, observation: await this.#observer.observeStarted(observation, starts.ids) };
  }

  async #volumes(pod: corev1.Pod, observation: PodObservation): Promise<MountedVolumes> {
    try {
      return await this.#services.volumes.setUp(pod, this.addresses(pod, observation));
    } catch (error) {
      if (isNodeError(error, "volume")) this.#services.event(pod, undefined, "Warning", "FailedMount", error.message);
      throw error;
    }
  }

  async #createSandbox(pod: corev1.Pod, attempt: number): Promise<{ id: string; config: SandboxConfig }> {
    const { runtime, sandboxSlots, event, runtimeHandler } = this.#services;
    try {
      const handler = pod.spec.runtimeClassName ? await runtimeHandler(pod.spec.runtimeClassName) : "";
      const config = await this.#sandboxConfig(pod, attempt);
      return { id: await sandboxSlots.run(() => runtime.runSandbox(config, handler)), config };
    } catch (error) {
      const message = `Failed to create pod sandbox: ${messageOf(error)}`;
      event(pod, undefined, "Warning", "FailedCreatePodSandBox", message);
      throw new NodeError("failed", message);
    }
  }

  async #sandboxConfig(pod: corev1.Pod, attempt: number): Promise<SandboxConfig> {
    const { cgroups, node, resolver } = this.#services;
    const cgroupParent = (await cgroups?.ensure(pod)) ?? "";
    const host = await resolver();
    return sandboxConfig({ pod, attempt, node, resolver: podResolverConfig(pod, node, host), cgroupParent });
  }

  async #startAll(input: BegunInput, plan: PodPlan): Promise<Starts> {
    if (plan.start.length === 0 || plan.sandbox.kind !== "keep") return noStarts;
    const { pod, observation, signal } = input;
    const volumes = await this.#volumes(pod, observation);
    const attempt = observation.sandboxes[0]?.metadata?.attempt ?? 0;
    // To make it is to write to all hierarchies of cgroups.
    const sandbox = input.sandbox ?? (await this.#sandboxConfig(pod, attempt));
    const ids: string[] = [];
    const pauses: number[] = [];
    for (const container of plan.start) {
      if (signal.aborted) break;
      const addresses = this.addresses(pod, observation);
      const start = { pod, container, sandboxId: plan.sandbox.id, sandbox, observation, addresses, volumes, signal };
      const started = await this.#start(start);
      if (started?.id !== undefined) ids.push(started.id);
      else if (started) pauses.push(started.pauseMs);
    }
    return { ids, pauses };
  }

  /** Nothing where the pod ends. */
  async #start(input: Parameters<ContainerStarter["start"]>[0]): Promise<Started | undefined> {
    const { pod, container, observation, signal } = input;
    const previous = latest(observation, container.spec.name);
    if (hasExited(previous)) this.#backoff.advance(backoffKey(container), finishedAt(previous));
    try {
      const id = await this.#starter.start(input);
      this.#waiting?.delete(container.spec.name);
      return { id };
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!(error instanceof NodeError)) throw error;
      this.#wait(container.spec.name, { reason: error.reason ?? "CreateContainerError", message: error.message });
      // A pull that has just failed is soon said to be put off.
      const putOff = error.reason === "ImagePullBackOff" ? this.#services.images.backoffMs(pod, container.spec) : 0;
      return { pauseMs: Math.max(startRetryMs, putOff) };
    }
  }

  /** Why containers cannot be started now, by name. */
  get waiting(): ReadonlyMap<string, WaitingReason> {
    return this.#waiting ?? nothingWaits;
  }

  #wait(name: string, reason: WaitingReason): void {
    this.#waiting ??= new Map();
    this.#waiting.set(name, reason);
  }

  #noteBackoffs(pod: corev1.Pod, plan: PodPlan): void {
    for (const { container } of plan.backedOff) {
      const { name } = container.spec;
      const delay = this.#backoff.describe(backoffKey(container));
      const message = `back-off ${delay} restarting failed container=${name} pod=${podFullName(pod)}`;
      const known = this.waiting.get(name)?.message === message;
      this.#wait(name, { reason: "CrashLoopBackOff", message });
      if (known) continue;
      const text = `Back-off restarting failed container ${name} in pod ${podFullName(pod)}`;
      this.#services.event(pod, container, "Warning", "BackOff", text);
    }
  }

  async #stop({ pod, observation }: SyncInput, { container, observed, message, probe }: ContainerStop): Promise<void> {
    const { spec } = container;
    const probeGrace = probe === "liveness" ? spec.livenessProbe : probe === "startup" ? spec.startupProbe : undefined;
    const graceSeconds = probeGrace?.terminationGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
    const address = this.addresses(pod, observation)[0] ?? "";
    await this.#stopper.stop({ pod, observed, graceSeconds, message, address });
  }
}

/** A container whose image was changed begins anew. */
function backoffKey({ spec }: PodContainer): string {
  return `${spec.name}/${containerHash(spec)}`;
}

function finishedAt({ status }: ObservedContainer): number {
  return status.finishedAt / 1e6;
}
