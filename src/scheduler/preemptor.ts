/** Removes the victims of a preemption and takes back promises that the node can no longer keep. */
import { isNotFound, resources } from "../api/mod.ts";
import type { ComponentContext, EventRecorder } from "../client/mod.ts";
import type { SchedulerCache } from "./cache.ts";
import type { Candidate } from "./plugins/default-preemption.ts";
import type { PodInfo } from "./pod-info.ts";
import { patchPodStatus } from "./pod-status.ts";

export interface PreemptorOptions {
  readonly cache: SchedulerCache;
  readonly recorder: EventRecorder;
  readonly schedulerName: string;
}

export class Preemptor {
  readonly #options: PreemptorOptions;
  readonly #context: ComponentContext;
  /** Victims by the pod for which they were asked to go. */
  readonly #victims = new Map<string, readonly PodInfo[]>();

  constructor(options: PreemptorOptions, context: ComponentContext) {
    this.#options = options;
    this.#context = context;
  }

  /** Some victim is not seen going yet: a second choice, made before, would take others beside it. */
  isMakingRoom(key: string): boolean {
    const stays = this.#victims.get(key)?.some((victim) => {
      const present = this.#options.cache.placedPod(victim.key);
      return present && present.pod.metadata.uid === victim.pod.metadata.uid && !present.terminating;
    });
    if (!stays) this.#victims.delete(key);
    return stays === true;
  }

  /** The victims stay after all. */
  giveUp(key: string): void {
    this.#victims.delete(key);
  }

  /** The pod is promised the node at once; resolves when every victim is asked to go, rejects when one could not be. */
  async makeRoom(pod: PodInfo, { node, victims }: Candidate): Promise<void> {
    const { cache } = this.#options;
    const outbid = cache.nominations.on(node.name).filter((other) => other.priority < pod.priority);
    cache.nominations.add(pod, node.name);
    for (const key of [...this.#victims.keys()]) this.isMakingRoom(key);
    this.#victims.set(pod.key, victims);
    await Promise.all([
      ...victims.map((victim) => this.#evict(victim, pod, node.name)),
      ...outbid.map((other) => this.#withdraw(other)),
    ]);
  }

  async #evict(victim: PodInfo, pod: PodInfo, node: string): Promise<void> {
    if (victim.terminating) return;
    const { schedulerName, recorder } = this.#options;
    const { client, clock } = this.#context;
    const { name, namespace, uid } = victim.pod.metadata;
    const condition = {
      type: "DisruptionTarget",
      status: "True",
      reason: "PreemptionByScheduler",
      message: `${schedulerName}: preempting to accommodate a higher priority pod`,
    } as const;
    try {
      await patchPodStatus(client, victim.pod, { condition }, clock.now());
      await client.resource(resources.pods).delete(name, { namespace, preconditions: { uid } });
      recorder.event(victim.pod, "Normal", "Preempted", `Preempted by pod ${pod.pod.metadata.uid} on node ${node}`);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async #withdraw(other: PodInfo): Promise<void> {
    this.#options.cache.nominations.remove(other.key);
    const { client, clock, log } = this.#context;
    try {
      await patchPodStatus(client, other.pod, { nominatedNodeName: "" }, clock.now());
    } catch (error) {
      log.warn({ pod: other.key, err: error }, "clearing the nominated node failed");
    }
  }
}
