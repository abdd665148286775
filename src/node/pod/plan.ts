/**
 * What is to be done for a pod, decided from its spec and what the runtime has of it. Pure: the same input gives the same plan, and a plan
 * that is carried out half way is followed by a new one.
 */
import type { corev1 } from "../../api/mod.ts";
import { containerHashAnnotation } from "../runtime/labels.ts";
import {
  containerHash,
  ephemeralContainers,
  initContainers,
  isHostNetwork,
  type PodContainer,
  podContainers,
  regularContainers,
  shouldRestart,
} from "./containers.ts";
import { hasExited, latest, type ObservedContainer, type PodObservation, sandboxAddresses } from "./observation.ts";

export interface ContainerHealth {
  /** Whether its startup probe, if any, has succeeded. */
  started(container: ObservedContainer): boolean;
  /** The probe whose failure asks for a restart. */
  failedProbe(container: ObservedContainer): "liveness" | "startup" | undefined;
  /** Milliseconds until the container that ended may be started again. */
  backoffMs(container: PodContainer, ended: ObservedContainer): number;
}

export interface PlanInput {
  readonly pod: corev1.Pod;
  readonly observation: PodObservation;
  readonly health: ContainerHealth;
}

export interface ContainerStop {
  readonly container: PodContainer;
  readonly observed: ObservedContainer;
  readonly message: string;
  readonly probe?: "liveness" | "startup";
}

export interface PodPlan {
  readonly sandbox:
    | { readonly kind: "keep"; readonly id: string }
    | { readonly kind: "create"; readonly attempt: number }
    | { readonly kind: "none" };
  /** Sandboxes to stop first. */
  readonly stopSandboxes: readonly string[];
  readonly stop: readonly ContainerStop[];
  /** In order. */
  readonly start: readonly PodContainer[];
  readonly backedOff: readonly { readonly container: PodContainer; readonly remainingMs: number }[];
  /** The pod's containers have ended for good (sidecars may still run). */
  readonly finished: boolean;
}

type Verdict =
  | { readonly kind: "start" }
  | { readonly kind: "back-off"; readonly remainingMs: number }
  | { readonly kind: "stop"; readonly stop: ContainerStop }
  | { readonly kind: "running" }
  | { readonly kind: "ended"; readonly exitCode: number };

interface Collected {
  readonly start: PodContainer[];
  readonly stop: ContainerStop[];
  readonly backedOff: { container: PodContainer; remainingMs: number }[];
}

function stopBecauseOfProbe(
  pod: corev1.Pod,
  container: PodContainer,
  observed: ObservedContainer,
  probe: "liveness" | "startup",
): ContainerStop {
  const restarts = shouldRestart(pod, container, 137);
  const message = `Container ${container.spec.name} failed ${probe} probe${restarts ? ", will be restarted" : ""}`;
  return { container, observed, message, probe };
}

function judgeRunning({ pod, health }: PlanInput, container: PodContainer, observed: ObservedContainer): Verdict {
  const { name } = container.spec;
  const madeFrom = observed.status.annotations[containerHashAnnotation];
  if (container.role !== "ephemeral" && madeFrom !== undefined && madeFrom !== containerHash(container.spec)) {
    const message = `Container ${name} definition changed, will be restarted`;
    return { kind: "stop", stop: { container, observed, message } };
  }
  const probe = health.failedProbe(observed);
  if (probe === undefined) return { kind: "running" };
  return { kind: "stop", stop: stopBecauseOfProbe(pod, container, observed, probe) };
}

function judge(input: PlanInput, container: PodContainer, observed: ObservedContainer | undefined): Verdict {
  if (observed === undefined) return { kind: "start" };
  const { state, exitCode } = observed.status;
  if (state === "CONTAINER_RUNNING") return judgeRunning(input, container, observed);
  // Made and never started, or lost sight of by the runtime: it is made anew.
  if (state === "CONTAINER_CREATED") return { kind: "start" };
  if (state === "CONTAINER_UNKNOWN") return stopUnknown(container, observed);
  const changed = observed.status.annotations[containerHashAnnotation] !== containerHash(container.spec);
  const again =
    shouldRestart(input.pod, container, exitCode) || (changed && container.role === "regular" && exitCode !== 0);
  if (!again) return { kind: "ended", exitCode };
  const remainingMs = input.health.backoffMs(container, observed);
  return remainingMs > 0 ? { kind: "back-off", remainingMs } : { kind: "start" };
}

function stopUnknown(container: PodContainer, observed: ObservedContainer): Verdict {
  const message = `Container ${container.spec.name} is in unknown state, try killing it before restart`;
  return { kind: "stop", stop: { container, observed, message } };
}

function collect(into: Collected, container: PodContainer, verdict: Verdict): void {
  if (verdict.kind === "start") into.start.push(container);
  if (verdict.kind === "stop") into.stop.push(verdict.stop);
  if (verdict.kind === "back-off") into.backedOff.push({ container, remainingMs: verdict.remainingMs });
}

type InitOutcome = "pending" | "complete" | "failed";

/** Init containers run one after the other; a sidecar lets the next begin as soon as it has started. */
function planInitContainers(input: PlanInput, sandboxId: string, into: Collected): InitOutcome {
  const inThisSandbox = (name: string) => {
    const observed = latest(input.observation, name);
    return observed?.sandboxId === sandboxId ? observed : undefined;
  };
  // Once a regular container was made the sequence is over, even if an init container is no longer there to be seen.
  const over = regularContainers(input.pod).some(({ spec }) => inThisSandbox(spec.name) !== undefined);
  for (const container of initContainers(input.pod)) {
    if (over && container.role === "init") continue;
    const observed = inThisSandbox(container.spec.name);
    const verdict = judge(input, container, observed);
    collect(into, container, verdict);
    if (verdict.kind === "ended" && verdict.exitCode !== 0) return "failed";
    if (over || verdict.kind === "ended") continue;
    const passed = container.role === "sidecar" && verdict.kind === "running" && input.health.started(observed!);
    if (!passed) return "pending";
  }
  return "complete";
}

function planContainers(
  input: PlanInput,
  sandboxId: string,
): Pick<PodPlan, "start" | "stop" | "backedOff" | "finished"> {
  const into: Collected = { start: [], stop: [], backedOff: [] };
  const init = planInitContainers(input, sandboxId, into);
  for (const container of ephemeralContainers(input.pod)) {
    collect(into, container, judge(input, container, latest(input.observation, container.spec.name)));
  }
  if (init !== "complete") return { ...into, finished: init === "failed" };
  const verdicts = regularContainers(input.pod).map((container) => {
    const verdict = judge(input, container, latest(input.observation, container.spec.name));
    collect(into, container, verdict);
    return verdict;
  });
  return { ...into, finished: verdicts.every(({ kind }) => kind === "ended") };
}

/** Whether a pod without a sandbox has anything left to run. */
function hasWork({ pod, observation }: PlanInput): boolean {
  if (observation.sandboxes.length === 0) return true;
  const anyMade = podContainers(pod).some(({ spec }) => latest(observation, spec.name) !== undefined);
  if (pod.spec.restartPolicy === "Never" && anyMade) return false;
  return regularContainers(pod).some((container) => {
    const observed = latest(observation, container.spec.name);
    return !hasExited(observed) || shouldRestart(pod, container, observed.status.exitCode);
  });
}

function usable({ pod, observation: { sandbox } }: PlanInput): boolean {
  if (sandbox?.state !== "SANDBOX_READY") return false;
  return isHostNetwork(pod) || sandboxAddresses(sandbox).length > 0;
}

export function planPod(input: PlanInput): PodPlan {
  const { sandboxes } = input.observation;
  const newest = sandboxes[0];
  const keep = newest !== undefined && usable(input) ? newest.id : undefined;
  const ready = sandboxes.filter(({ id, state }) => state === "SANDBOX_READY" && id !== keep);
  const stopSandboxes = ready.map(({ id }) => id);
  if (keep !== undefined) return { sandbox: { kind: "keep", id: keep }, stopSandboxes, ...planContainers(input, keep) };
  const nothing = { stopSandboxes, start: [], stop: [], backedOff: [] };
  if (!hasWork(input)) return { sandbox: { kind: "none" }, ...nothing, finished: true };
  const attempt = newest === undefined ? 0 : (newest.metadata?.attempt ?? 0) + 1;
  // One that ended by itself holds its address and host ports until it is stopped.
  const ended = newest === undefined || stopSandboxes.includes(newest.id) ? [] : [newest.id];
  return {
    sandbox: { kind: "create", attempt },
    ...nothing,
    stopSandboxes: [...stopSandboxes, ...ended],
    finished: false,
  };
}
