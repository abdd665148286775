/** The status of a pod, computed from everything the agent knows; and the patch that brings the API's to it. */
import { isDeepStrictEqual } from "node:util";
import type { corev1 } from "../../api/mod.ts";
import { qualityOfService } from "../cgroups/quality-of-service.ts";
import { podConditions } from "./conditions.ts";
import { type ContainerStatusInput, containerStatus, isInitialized, type WaitingReason } from "./container-status.ts";
import {
  ephemeralContainers,
  initContainers,
  isHostNetwork,
  isTerminalPhase,
  type PodContainer,
  regularContainers,
} from "./containers.ts";
import { type ObservedContainer, type PodObservation, sandboxAddresses } from "./observation.ts";
import { podPhase } from "./phase.ts";
import type { ResizeProblem, Resources } from "./resources.ts";

export interface PodVerdict {
  /** `Failed`, where the agent ended the pod: past its deadline, refused, evicted. */
  readonly phase: "Failed";
  readonly reason: string;
  readonly message: string;
}

export interface PodStatusInput {
  readonly pod: corev1.Pod;
  readonly observation: PodObservation;
  readonly waiting: ReadonlyMap<string, WaitingReason>;
  readonly health: {
    started(container: ObservedContainer): boolean;
    ready(container: ObservedContainer): boolean;
  };
  /** What running containers have, and why a change of it waits. */
  readonly resize?: {
    applied(container: ObservedContainer): Resources | undefined;
    readonly problem: ResizeProblem | undefined;
  };
  readonly hostAddresses: readonly string[];
  readonly runtimeName: string;
  readonly startTime: string;
  readonly verdict: PodVerdict | undefined;
  /** `ending`: containers are being stopped for good; `ended`: none is left. */
  readonly stage: "active" | "ending" | "ended";
  readonly now: string;
}

function statusesOf(
  input: PodStatusInput,
  containers: readonly PodContainer[],
  { defaultReason, reached }: Pick<ContainerStatusInput, "defaultReason" | "reached">,
  previous: readonly corev1.ContainerStatus[] | undefined,
): corev1.ContainerStatus[] {
  return containers.map((container) => {
    const { name } = container.spec;
    const instances = input.observation.containers.get(name) ?? [];
    const running = instances[0];
    return containerStatus({
      pod: input.pod,
      container,
      instances,
      waiting: input.waiting.get(name),
      defaultReason,
      runtimeName: input.runtimeName,
      applied: running && input.resize?.applied(running),
      resizePending: input.resize?.problem !== undefined,
      started: running !== undefined && input.health.started(running),
      ready: running !== undefined && input.health.ready(running),
      previous: previous?.find((status) => status.name === name),
      stage: input.stage,
      reached,
    });
  });
}

/** A pod's phase turns terminal only when none of its containers is left, and never turns back. */
function settlePhase({ pod, verdict, stage }: PodStatusInput, computed: corev1.PodPhase): corev1.PodPhase {
  const before = pod.status?.phase;
  if (isTerminalPhase(before)) return before!;
  if (stage === "ended") return verdict?.phase ?? (isTerminalPhase(computed) ? computed : "Failed");
  if (isTerminalPhase(computed)) return before ?? "Running";
  // A pod that ends while its containers wait to be restarted does not become one that has yet to begin.
  return computed === "Pending" && before === "Running" ? before : computed;
}

function addressesOf({ pod, observation, hostAddresses }: PodStatusInput): Partial<corev1.PodStatus> {
  const own = isHostNetwork(pod) ? hostAddresses : sandboxAddresses(observation.sandbox);
  // A stopped sandbox has given its addresses back; the status keeps those that were.
  const addresses = own.length > 0 ? own : (pod.status?.podIPs ?? []).map(({ ip }) => ip);
  const [host] = hostAddresses;
  return {
    ...(host && { hostIP: host, hostIPs: hostAddresses.map((ip) => ({ ip })) }),
    ...(addresses[0] && { podIP: addresses[0], podIPs: addresses.map((ip) => ({ ip })) }),
  };
}

export function computePodStatus(input: PodStatusInput): corev1.PodStatus {
  const { pod, observation } = input;
  const old = pod.status;
  const before = { defaultReason: "PodInitializing", reached: false };
  const init = statusesOf(input, initContainers(pod), before, old?.initContainerStatuses);
  // As upstream: said until the container runs, even where the init containers are done or have failed for good.
  const defaultReason = init.length > 0 ? "PodInitializing" : "ContainerCreating";
  const main = { defaultReason, reached: isInitialized(pod, init) };
  const regular = statusesOf(input, regularContainers(pod), main, old?.containerStatuses);
  const added = { defaultReason: "ContainerCreating", reached: true };
  const ephemeral = statusesOf(input, ephemeralContainers(pod), added, old?.ephemeralContainerStatuses);
  const phase = settlePhase(input, podPhase(pod, init, regular, input.stage === "ended"));
  const sandboxReady =
    observation.sandbox?.state === "SANDBOX_READY" &&
    (isHostNetwork(pod) || sandboxAddresses(observation.sandbox).length > 0);
  const conditions = podConditions({
    pod,
    phase,
    initStatuses: init,
    statuses: regular,
    sandboxReady,
    resizeProblem: input.resize?.problem,
    now: input.now,
  });
  const { generation } = pod.metadata;
  return {
    phase,
    conditions,
    ...(input.verdict && input.stage === "ended" && { reason: input.verdict.reason, message: input.verdict.message }),
    ...addressesOf(input),
    startTime: old?.startTime ?? input.startTime,
    containerStatuses: regular,
    ...(init.length > 0 && { initContainerStatuses: init }),
    ...(ephemeral.length > 0 && { ephemeralContainerStatuses: ephemeral }),
    qosClass: old?.qosClass ?? qualityOfService(pod),
    ...(generation !== undefined && { observedGeneration: generation }),
  };
}

/** Keys of the status that the agent writes; the others belong to others. */
const ownKeys = [
  "phase",
  "reason",
  "message",
  "hostIP",
  "hostIPs",
  "podIP",
  "podIPs",
  "startTime",
  "containerStatuses",
  "initContainerStatuses",
  "ephemeralContainerStatuses",
  "qosClass",
  "observedGeneration",
] as const;

/** Conditions that are there only while they hold. */
const passingConditions = ["PodResizePending", "PodResizeInProgress"];

function endedConditions(old: readonly corev1.PodCondition[], next: readonly corev1.PodCondition[]): unknown[] {
  const ended = old.filter(({ type }) => passingConditions.includes(type) && !next.some((one) => one.type === type));
  return ended.map(({ type }) => ({ $patch: "delete", type }));
}

function changedConditions(old: readonly corev1.PodCondition[], next: readonly corev1.PodCondition[]): unknown[] {
  return next.flatMap((condition) => {
    const before = old.find(({ type }) => type === condition.type);
    if (before !== undefined && sameCondition(before, condition)) return [];
    // What the condition no longer says must be said to be gone.
    return [{ reason: null, message: null, ...condition }];
  });
}

function sameCondition(a: corev1.PodCondition, b: corev1.PodCondition): boolean {
  const keys = ["status", "reason", "message", "observedGeneration"] as const;
  return keys.every((key) => a[key] === b[key]);
}

function patchValue(key: (typeof ownKeys)[number], value: unknown): unknown {
  if (value === undefined) return null;
  // Lists that a strategic merge would join with what is there are replaced whole.
  if ((key === "podIPs" || key === "hostIPs") && Array.isArray(value)) return [...value, { $patch: "replace" }];
  return value;
}

/** A strategic merge patch of the status subresource, or nothing where the API already says so. */
export function statusPatch(pod: corev1.Pod, next: corev1.PodStatus): Record<string, unknown> | undefined {
  const old = pod.status ?? {};
  const status: Record<string, unknown> = {};
  for (const key of ownKeys) {
    if (!isDeepStrictEqual(old[key], next[key])) status[key] = patchValue(key, next[key]);
  }
  const [before, after] = [old.conditions ?? [], next.conditions ?? []];
  const conditions = [...changedConditions(before, after), ...endedConditions(before, after)];
  if (conditions.length > 0) status["conditions"] = conditions;
  if (Object.keys(status).length === 0) return undefined;
  return { metadata: { uid: pod.metadata.uid }, status };
}
