/** Ends containers: the hook before the end, the signal, and the time for both. */
import type { corev1 } from "../../api/mod.ts";
import { runHook } from "../lifecycle/hooks.ts";
import { messageOf } from "../runtime/errors.ts";
import { findContainer, type PodContainer } from "./containers.ts";
import { type ObservedContainer, type PodObservation, runningContainers } from "./observation.ts";
import type { PodServices } from "./services.ts";

/** After a hook that took all the time a container still has this long to end by itself. */
const minimumAfterHookSeconds = 2;

export interface StopInput {
  readonly pod: corev1.Pod;
  readonly observed: ObservedContainer;
  readonly graceSeconds: number;
  /** The event's text. */
  readonly message: string;
  readonly address: string;
}

export class ContainerStopper {
  readonly #services: PodServices;
  /** Ends hooks that are waited for. */
  #hurry: Set<AbortController> | undefined;

  constructor(services: PodServices) {
    this.#services = services;
  }

  /** Resolves when the container has ended. */
  async stop({ pod, observed, graceSeconds, message, address }: StopInput): Promise<void> {
    const { runtime, clock, event } = this.#services;
    const container = findContainer(pod, observed.name);
    event(pod, container, "Normal", "Killing", message);
    const hook = container?.spec.lifecycle?.preStop;
    const begun = clock.monotonic();
    let left = graceSeconds;
    if (hook !== undefined && container !== undefined && graceSeconds > 0) {
      await this.#runPreStop(pod, container, observed, hook, { graceSeconds, address });
      left = Math.max(minimumAfterHookSeconds, graceSeconds - (clock.monotonic() - begun) / 1000);
    }
    await runtime.stopContainer(observed.status.id, left);
  }

  /** Ends all of a pod: sidecars last, in the reverse of the order in which they were started. */
  async stopAll(pod: corev1.Pod, observation: PodObservation, graceSeconds: number, address: string): Promise<void> {
    const { clock } = this.#services;
    const begun = clock.monotonic();
    const stop = (observed: ObservedContainer) => {
      const left = Math.max(0, graceSeconds - (clock.monotonic() - begun) / 1000);
      // What comes late in the order still gets its signal before it is killed.
      const grace = graceSeconds > 0 ? Math.max(1, left) : 0;
      return this.stop({ pod, observed, graceSeconds: grace, message: `Stopping container ${observed.name}`, address });
    };
    const running = runningContainers(observation);
    const sidecarNames = (pod.spec.initContainers ?? [])
      .filter((one) => one.restartPolicy === "Always")
      .map(({ name }) => name);
    const sidecars = running.filter(({ name }) => sidecarNames.includes(name));
    await Promise.all(running.filter((one) => !sidecars.includes(one)).map(stop));
    sidecars.sort((a, b) => sidecarNames.indexOf(b.name) - sidecarNames.indexOf(a.name));
    for (const sidecar of sidecars) await stop(sidecar);
  }

  /** The time has been cut: hooks are no longer waited for, and what still runs is ended within `graceSeconds`. */
  async hurry(observation: PodObservation, graceSeconds: number): Promise<void> {
    for (const controller of this.#hurry ?? []) controller.abort();
    const { runtime } = this.#services;
    const running = runningContainers(observation);
    await Promise.all(running.map(({ status }) => runtime.stopContainer(status.id, graceSeconds)));
  }

  async #runPreStop(
    pod: corev1.Pod,
    container: PodContainer,
    observed: ObservedContainer,
    hook: corev1.LifecycleHandler,
    { graceSeconds, address }: { readonly graceSeconds: number; readonly address: string },
  ): Promise<void> {
    const { runtime, clock, event, log } = this.#services;
    const end = new AbortController();
    this.#hurry ??= new Set();
    this.#hurry.add(end);
    const cancel = clock.after(graceSeconds * 1000, () => end.abort());
    const target = {
      runtime,
      container: container.spec,
      containerId: observed.status.id,
      address,
      timeoutMs: graceSeconds * 1000,
    };
    try {
      await runHook(hook, target, end.signal);
    } catch (error) {
      log.info(
        { pod: pod.metadata.name, container: container.spec.name, error: messageOf(error) },
        "preStop hook failed",
      );
      event(pod, container, "Warning", "FailedPreStopHook", "PreStopHook failed");
    } finally {
      cancel();
      this.#hurry?.delete(end);
    }
  }
}
