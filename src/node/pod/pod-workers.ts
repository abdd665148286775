/** All pods of a node: one worker each, found by uid. */
import type { corev1 } from "../../api/mod.ts";
import type { RuntimeEvent, SandboxSummary } from "../runtime/contract.ts";
import { messageOf } from "../runtime/errors.ts";
import { podNameLabel, podNamespaceLabel, podUidLabel } from "../runtime/labels.ts";
import type { PodVerdict } from "./pod-status.ts";
import { PodWorker } from "./pod-worker.ts";
import type { PodServices } from "./services.ts";

/** Decides whether the node takes a pod beside those it has. */
export type Admit = (pod: corev1.Pod, others: readonly corev1.Pod[]) => PodVerdict | undefined;

export class PodWorkers {
  readonly #services: PodServices;
  readonly #admit: Admit;
  readonly #workers = new Map<string, PodWorker>();
  /** Uids of the pods that the runtime had something of when it was asked: of others it has what their workers make. */
  #known: ReadonlySet<string> | undefined;

  /** Told of each pod whose containers run for the first time: how long that took since it was seen. */
  onRunning: (seconds: number) => void = () => {};

  constructor(services: PodServices, admit: Admit) {
    this.#services = services;
    this.#admit = admit;
  }

  get all(): readonly PodWorker[] {
    return [...this.#workers.values()];
  }

  find(namespace: string, name: string, uid?: string): PodWorker | undefined {
    const named = this.all.filter(
      ({ pod: { metadata } }) => metadata.namespace === namespace && metadata.name === name,
    );
    // Of two of the same name, one is on its way out.
    return uid === undefined
      ? (named.find(({ state }) => state === "syncing") ?? named.at(-1))
      : named.find((one) => one.uid === uid);
  }

  /** Pods that hold resources of the node, without the one named. */
  active(exceptUid: string): corev1.Pod[] {
    const holding = this.all.filter(({ state }) => state === "syncing" || state === "terminating");
    return holding.filter(({ uid }) => uid !== exceptUid).map(({ pod }) => pod);
  }

  /** The API has this pod on this node, newly or in a newer state. */
  update(pod: corev1.Pod): void {
    const known = this.#workers.get(pod.metadata.uid);
    if (known !== undefined) known.update(pod);
    else this.#add(pod);
  }

  #add(pod: corev1.Pod): void {
    const refusal = this.#refusal(pod);
    const options = {
      unknown: this.#known !== undefined && !this.#known.has(pod.metadata.uid),
      done: (worker: PodWorker) => void this.#workers.delete(worker.uid),
      running: (seconds: number) => this.onRunning(seconds),
      ...(refusal && { refusal }),
    };
    const worker = new PodWorker(pod, this.#services, options);
    this.#workers.set(worker.uid, worker);
    worker.start();
  }

  /** The API has the pod no more. */
  remove(pod: corev1.Pod): void {
    const worker = this.#workers.get(pod.metadata.uid);
    // The last state tells how long its containers have.
    worker?.update(pod);
    worker?.remove();
  }

  /** Asks once what runs here, before the first pods are given: a look for each new one is spared. */
  async lookAround(): Promise<void> {
    const sandboxes = await this.#services.runtime.listSandboxes();
    this.#known = new Set(sandboxes.flatMap(({ labels }) => labels[podUidLabel] ?? []));
  }

  handle(event: RuntimeEvent): void {
    if (event.kind === "reconnected") for (const worker of this.all) worker.wake();
    else this.#workers.get(event.podUid)?.wake();
  }

  probeChanged(podUid: string): void {
    this.#workers.get(podUid)?.probeChanged();
  }

  /** For what no event told. */
  wakeAll(): void {
    for (const worker of this.all) if (worker.state === "syncing") worker.wake();
  }

  /** Ends and removes what runs here for pods that the API does not have. Only when all pods of the node are known. */
  async removeOrphans(): Promise<void> {
    const sandboxes = await this.#services.runtime.listSandboxes();
    const orphans = sandboxes.filter(({ labels }) => {
      const uid = labels[podUidLabel];
      return uid !== undefined && !this.#workers.has(uid);
    });
    await Promise.all(orphans.map((sandbox) => this.#removeOrphan(sandbox)));
    const isKnown = (uid: string) => this.#workers.has(uid);
    const { cgroups, volumes } = this.#services;
    await this.#tryTo("cgroups of lost pods were not removed", async () => cgroups?.removeOthers(isKnown));
    await this.#tryTo("volumes of lost pods were not removed", () => volumes.tearDownOthers(isKnown));
  }

  /** What cannot be removed now is tried again at the next start; the node works without that. */
  async #tryTo(failure: string, work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => this.#services.log.warn({ error: messageOf(error) }, failure));
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((worker) => worker.stop()));
    this.#workers.clear();
  }

  #refusal(pod: corev1.Pod): PodVerdict | undefined {
    // What has begun here was taken once.
    if (pod.status?.startTime !== undefined || pod.metadata.deletionTimestamp !== undefined) return undefined;
    const refusal = this.#admit(pod, this.active(pod.metadata.uid));
    if (refusal !== undefined) this.#services.event(pod, undefined, "Warning", refusal.reason, refusal.message);
    return refusal;
  }

  async #removeOrphan({ id, labels }: SandboxSummary): Promise<void> {
    const { runtime, volumes, log } = this.#services;
    const details = { namespace: labels[podNamespaceLabel], pod: labels[podNameLabel] };
    log.info(details, "containers of a pod that the API does not have are removed");
    try {
      const running = (await runtime.listContainers({ sandboxId: id })).filter(
        ({ state }) => state === "CONTAINER_RUNNING",
      );
      await Promise.all(running.map((container) => runtime.stopContainer(container.id, 2)));
      await runtime.stopSandbox(id);
      await runtime.removeSandbox(id);
      await volumes.tearDown(labels[podUidLabel]!);
    } catch (error) {
      log.warn({ ...details, error: messageOf(error) }, "containers of a lost pod were not removed");
    }
  }
}
