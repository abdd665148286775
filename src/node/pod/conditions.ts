/** The conditions that the node agent owns: reasons and sentences are the kubelet's. */
import type { corev1 } from "../../api/mod.ts";
import { isSidecar } from "./containers.ts";
import type { ResizeProblem } from "./resources.ts";

export interface ConditionInput {
  readonly pod: corev1.Pod;
  readonly phase: corev1.PodPhase;
  readonly initStatuses: readonly corev1.ContainerStatus[];
  readonly statuses: readonly corev1.ContainerStatus[];
  /** The sandbox runs and has its network. */
  readonly sandboxReady: boolean;
  /** Why a change of resources waits, if it does. */
  readonly resizeProblem?: ResizeProblem | undefined;
  /** RFC 3339. */
  readonly now: string;
}

interface Fact {
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason?: string;
  readonly message?: string;
}

function yes(type: string): Fact {
  return { type, status: "True" };
}

function initialized({ pod, phase, initStatuses, statuses }: ConditionInput): Fact {
  const type = "Initialized";
  const containers = pod.spec.initContainers ?? [];
  if (containers.length === 0) return yes(type);
  if (phase === "Succeeded") return { type, status: "True", reason: "PodCompleted" };
  // What has begun to run was initialized, whatever became of a sidecar since.
  if (statuses.some(({ state, lastState }) => state?.running || state?.terminated || lastState?.terminated))
    return yes(type);
  const byName = new Map(initStatuses.map((status) => [status.name, status]));
  const incomplete = containers.filter((container) => {
    const status = byName.get(container.name);
    return isSidecar(container) ? status?.started !== true : status?.ready !== true;
  });
  if (incomplete.length === 0) return yes(type);
  const names = incomplete.map(({ name }) => name).join(" ");
  const message = `containers with incomplete status: [${names}]`;
  return { type, status: "False", reason: "ContainersNotInitialized", message };
}

function containersReady({ pod, phase, initStatuses, statuses }: ConditionInput): Fact {
  const type = "ContainersReady";
  if (phase === "Succeeded") return { type, status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { type, status: "False", reason: "PodFailed" };
  const byName = new Map([...initStatuses, ...statuses].map((status) => [status.name, status]));
  const counted = [...(pod.spec.initContainers ?? []).filter(isSidecar), ...pod.spec.containers];
  const unknown = counted.filter(({ name }) => !byName.has(name)).map(({ name }) => name);
  const unready = counted.filter(({ name }) => byName.get(name)?.ready === false).map(({ name }) => name);
  const parts = [
    ...(unknown.length > 0 ? [`containers with unknown status: [${unknown.join(" ")}]`] : []),
    ...(unready.length > 0 ? [`containers with unready status: [${unready.join(" ")}]`] : []),
  ];
  if (parts.length === 0) return yes(type);
  return { type, status: "False", reason: "ContainersNotReady", message: parts.join(", ") };
}

function gateMessages(pod: corev1.Pod): string[] {
  return (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = pod.status?.conditions?.find(({ type }) => type === conditionType);
    if (condition === undefined) {
      return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    }
    if (condition.status === "True") return [];
    return [`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`];
  });
}

function ready(input: ConditionInput, containers: Fact): Fact {
  if (containers.status === "False") return { ...containers, type: "Ready" };
  const gates = gateMessages(input.pod);
  if (gates.length === 0) return yes("Ready");
  return { type: "Ready", status: "False", reason: "ReadinessGatesNotReady", message: gates.join(", ") };
}

/** The condition with the time at which its status last changed. */
function settle(fact: Fact, { pod, now }: ConditionInput): corev1.PodCondition {
  const before = pod.status?.conditions?.find(({ type }) => type === fact.type);
  const since = before?.status === fact.status ? before.lastTransitionTime : undefined;
  const generation = pod.metadata.generation;
  return {
    ...fact,
    lastTransitionTime: since ?? now,
    ...(generation !== undefined && { observedGeneration: generation }),
  };
}

export function podConditions(input: ConditionInput): corev1.PodCondition[] {
  const containers = containersReady(input);
  const facts: Fact[] = [
    { type: "PodReadyToStartContainers", status: input.sandboxReady ? "True" : "False" },
    initialized(input),
    ready(input, containers),
    containers,
    yes("PodScheduled"),
    ...(input.resizeProblem ? [{ type: "PodResizePending", status: "True", ...input.resizeProblem } as const] : []),
  ];
  return facts.map((fact) => settle(fact, input));
}
