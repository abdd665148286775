/** The probes of all running containers, and what they say. */
import type { corev1 } from "../../api/mod.ts";
import type { Clock } from "../../client/mod.ts";
import type { PodContainer } from "../pod/containers.ts";
import type { ObservedContainer } from "../pod/observation.ts";
import type { Runtime } from "../runtime/contract.ts";
import { tryHandler } from "./handler.ts";
import { type ProbeKind, type ProbeOutcome, ProbeWorker } from "./probe-worker.ts";

export interface ProbedContainer {
  readonly container: PodContainer;
  readonly observed: ObservedContainer;
}

export interface ProbeManagerOptions {
  readonly runtime: Runtime;
  readonly clock: Clock;
  event(pod: corev1.Pod, container: PodContainer, reason: string, message: string): void;
  /** A probe of the pod has another result than before. */
  changed(podUid: string): void;
}

export interface ProbeContext {
  readonly pod: corev1.Pod;
  /** The pod's primary address. */
  readonly address: string;
  /** A pod that ends is looked at for readiness only. */
  readonly ending: boolean;
}

type Workers = Map<ProbeKind, ProbeWorker>;

const titles: Readonly<Record<ProbeKind, string>> = {
  startup: "Startup",
  readiness: "Readiness",
  liveness: "Liveness",
};

function probesOf({ startupProbe, readinessProbe, livenessProbe }: corev1.Container): [ProbeKind, corev1.Probe][] {
  const all: [ProbeKind, corev1.Probe | undefined][] = [
    ["startup", startupProbe],
    ["readiness", readinessProbe],
    ["liveness", livenessProbe],
  ];
  return all.filter((entry): entry is [ProbeKind, corev1.Probe] => entry[1] !== undefined);
}

function describe(kind: ProbeKind, { outcome, message }: ProbeOutcome): [reason: string, message: string] {
  if (outcome === "warning") return ["ProbeWarning", `${titles[kind]} probe warning: ${message}`];
  if (outcome === "unknown")
    return ["Unhealthy", `${titles[kind]} probe errored and resulted in unknown state: ${message}`];
  return ["Unhealthy", `${titles[kind]} probe failed: ${message}`];
}

export class ProbeManager {
  readonly #options: ProbeManagerOptions;
  /** By pod uid, then container id. */
  readonly #pods = new Map<string, Map<string, Workers>>();

  constructor(options: ProbeManagerOptions) {
    this.#options = options;
  }

  /** Probes exactly these containers of the pod. Those that wait for a startup probe are looked at by it alone. */
  sync(context: ProbeContext, running: readonly ProbedContainer[]): void {
    const uid = context.pod.metadata.uid;
    const known = this.#pods.get(uid) ?? new Map<string, Workers>();
    const wanted = new Set(running.map(({ observed }) => observed.status.id));
    for (const [id, workers] of known) {
      if (wanted.has(id)) continue;
      stopAll(workers);
      known.delete(id);
    }
    for (const probed of running) this.#syncContainer(context, probed, known);
    if (known.size > 0) this.#pods.set(uid, known);
    else this.#pods.delete(uid);
  }

  forget(podUid: string): void {
    for (const workers of this.#pods.get(podUid)?.values() ?? []) stopAll(workers);
    this.#pods.delete(podUid);
  }

  close(): void {
    for (const uid of [...this.#pods.keys()]) this.forget(uid);
  }

  started(podUid: string, { spec }: PodContainer, containerId: string): boolean {
    return spec.startupProbe === undefined || this.#result(podUid, containerId, "startup") === "success";
  }

  ready(podUid: string, container: PodContainer, containerId: string): boolean {
    if (!this.started(podUid, container, containerId)) return false;
    return container.spec.readinessProbe === undefined || this.#result(podUid, containerId, "readiness") === "success";
  }

  failedProbe(podUid: string, containerId: string): "liveness" | "startup" | undefined {
    for (const kind of ["startup", "liveness"] as const) {
      if (this.#result(podUid, containerId, kind) === "failure") return kind;
    }
    return undefined;
  }

  #result(podUid: string, containerId: string, kind: ProbeKind) {
    return this.#pods.get(podUid)?.get(containerId)?.get(kind)?.result;
  }

  #syncContainer(context: ProbeContext, probed: ProbedContainer, known: Map<string, Workers>): void {
    const { id } = probed.observed.status;
    const workers = known.get(id) ?? new Map<ProbeKind, ProbeWorker>();
    const starting = probed.container.spec.startupProbe !== undefined && workers.get("startup")?.result !== "success";
    for (const [kind, probe] of probesOf(probed.container.spec)) {
      const idle = context.ending ? kind !== "readiness" : starting && kind !== "startup";
      if (idle) {
        if (kind !== "startup") workers.get(kind)?.stop();
      } else if (!workers.has(kind)) workers.set(kind, this.#startWorker(context, probed, kind, probe));
    }
    if (workers.size > 0) known.set(id, workers);
  }

  #startWorker(
    context: ProbeContext,
    { container, observed }: ProbedContainer,
    kind: ProbeKind,
    probe: corev1.Probe,
  ): ProbeWorker {
    const { runtime, clock, event, changed } = this.#options;
    const target = {
      runtime,
      container: container.spec,
      containerId: observed.status.id,
      address: context.address,
      timeoutMs: (probe.timeoutSeconds ?? 1) * 1000,
    };
    const worker = new ProbeWorker({
      kind,
      probe,
      clock,
      containerStartedAt: observed.status.startedAt / 1e6,
      check: () => tryHandler(target, probe),
      unhealthy: (outcome) => event(context.pod, container, ...describe(kind, outcome)),
      changed: () => changed(context.pod.metadata.uid),
    });
    if (wasGood(context.pod, observed.status.id, kind)) worker.result = "success";
    worker.start();
    return worker;
  }
}

/** A container that was ready before this agent began is so until a look says otherwise. */
function wasGood({ status }: corev1.Pod, containerId: string, kind: ProbeKind): boolean {
  const all = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  const known = all.find(({ containerID }) => containerID?.endsWith(`//${containerId}`));
  return kind === "liveness" || (kind === "readiness" ? known?.ready === true : known?.started === true);
}

function stopAll(workers: Workers): void {
  for (const worker of workers.values()) worker.stop();
}
