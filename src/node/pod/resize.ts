/** Resources that change while a container runs: applied in place, by a restart where its policy says so, or kept waiting. */
import { isDeepStrictEqual } from "node:util";
import { compareQuantities, type corev1 } from "../../api/mod.ts";
import { containerResources } from "../cgroups/resources.ts";
import { messageOf } from "../runtime/errors.ts";
import { resourcesAnnotation } from "../runtime/labels.ts";
import { initContainers, type PodContainer, regularContainers } from "./containers.ts";
import { isRunning, latest, type ObservedContainer, type PodObservation } from "./observation.ts";
import type { ContainerStop } from "./plan.ts";
import { type ResizeProblem, type Resources, resourcesOf } from "./resources.ts";
import type { PodServices } from "./services.ts";

interface Change {
  readonly container: PodContainer;
  readonly observed: ObservedContainer;
  readonly from: Resources;
}

/** Only processors and memory can be changed. */
const resizable = ["cpu", "memory"] as const;

function parse(text: string | undefined): Resources | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as Resources);
}

function differs(name: string, a: Resources, b: Resources): boolean {
  return (["limits", "requests"] as const).some((kind) => {
    const [before, after] = [a[kind]?.[name], b[kind]?.[name]];
    if (before === undefined || after === undefined) return before !== after;
    return compareQuantities(before, after) !== 0;
  });
}

/** Of what can be changed. */
function areOthers(a: Resources = {}, b: Resources = {}): boolean {
  return resizable.some((name) => differs(name, a, b));
}

function needsRestart({ container, from }: Change): boolean {
  const to = resourcesOf(container.spec);
  const policies = container.spec.resizePolicy ?? [];
  return resizable.some((name) => {
    const policy = policies.find(({ resourceName }) => resourceName === name)?.restartPolicy;
    return policy === "RestartContainer" && differs(name, from, to);
  });
}

export class PodResize {
  readonly #services: PodServices;
  /** What running containers have, by id, where it is not what they were made with. */
  #applied: Map<string, Resources> | undefined;
  /** What the pod as a whole was given; unknown before the first round. */
  #whole: { readonly resources: Resources | undefined } | undefined;
  #problem: ResizeProblem | undefined;

  constructor(services: PodServices) {
    this.#services = services;
  }

  #remember(containerId: string, resources: Resources): void {
    this.#applied ??= new Map();
    this.#applied.set(containerId, resources);
  }

  get problem(): ResizeProblem | undefined {
    return this.#problem;
  }

  /** What a container has now. */
  applied({ status }: ObservedContainer): Resources | undefined {
    return this.#applied?.get(status.id) ?? parse(status.annotations[resourcesAnnotation]);
  }

  /** Changes what can be changed in place; answers the containers that must be restarted for it. */
  async run(pod: corev1.Pod, observation: PodObservation): Promise<ContainerStop[]> {
    const changes = this.#changes(pod, observation);
    this.#forgetEnded(observation);
    await this.#takeUpWhole(pod);
    const isWanted = changes.length > 0 || areOthers(this.#whole?.resources, pod.spec.resources);
    this.#problem = isWanted ? this.#services.resizeProblem(pod) : undefined;
    if (!isWanted || this.#problem !== undefined) return [];
    const restarts = changes.filter(needsRestart);
    const inPlace = changes.filter((change) => !restarts.includes(change));
    this.#event(pod, "ResizeStarted", "Pod resize started", changes);
    // The pod's own limits are out of the way while its containers grow, and follow them when they shrink.
    await this.#services.cgroups?.loosen(pod);
    for (const change of inPlace) await this.#apply(pod, change);
    await this.#ensureWhole(pod);
    this.#event(pod, "ResizeCompleted", "Pod resize completed", changes);
    return restarts.map(({ container, observed }) => {
      const message = `Container ${container.spec.name} resize requires restart`;
      return { container, observed, message };
    });
  }

  /** It may have been changed while no agent was there. */
  async #takeUpWhole(pod: corev1.Pod): Promise<void> {
    if (!this.#whole && pod.spec.resources) await this.#ensureWhole(pod);
    this.#whole ??= { resources: undefined };
  }

  async #ensureWhole(pod: corev1.Pod): Promise<void> {
    await this.#services.cgroups?.ensure(pod);
    this.#whole = { resources: pod.spec.resources };
  }

  #changes(pod: corev1.Pod, observation: PodObservation): Change[] {
    return [...initContainers(pod), ...regularContainers(pod)].flatMap((container) => {
      const observed = latest(observation, container.spec.name);
      if (!isRunning(observed)) return [];
      const from = this.applied(observed);
      const to = resourcesOf(container.spec);
      if (from === undefined || isDeepStrictEqual(from, to)) return [];
      if (areOthers(from, to)) return [{ container, observed, from }];
      // The same amounts in other words.
      this.#remember(observed.status.id, to);
      return [];
    });
  }

  async #apply(pod: corev1.Pod, { container, observed }: Change): Promise<void> {
    const { runtime, node, log } = this.#services;
    // What has no limit never had one, as the API lets none be removed: it is not told of, and stays as it is.
    const { oomScoreAdj: _, ...amounts } = containerResources(pod, container.spec, {
      memoryCapacityBytes: node.memoryCapacityBytes,
      cgroupVersion: 1,
    });
    try {
      await runtime.updateResources(observed.status.id, amounts);
      this.#remember(observed.status.id, resourcesOf(container.spec));
    } catch (error) {
      log.warn(
        { pod: pod.metadata.name, container: container.spec.name, error: messageOf(error) },
        "resources of a container were not changed",
      );
      throw error;
    }
  }

  #forgetEnded(observation: PodObservation): void {
    const running = new Set(
      [...observation.containers.values()]
        .flat()
        .filter(isRunning)
        .map(({ status }) => status.id),
    );
    for (const id of this.#applied?.keys() ?? []) if (!running.has(id)) this.#applied?.delete(id);
  }

  #event(pod: corev1.Pod, reason: string, title: string, changes: readonly Change[]): void {
    const containers = changes.map(({ container }) => ({
      name: container.spec.name,
      resources: resourcesOf(container.spec),
    }));
    const detail = JSON.stringify({ containers, generation: pod.metadata.generation });
    this.#services.event(pod, undefined, "Normal", reason, `${title}: ${detail}`);
  }
}
