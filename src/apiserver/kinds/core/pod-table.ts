/** What `kubectl get pods` shows: one word for the state that matters most. */
import { age, type corev1, isConditionTrue } from "../../../api/mod.ts";
import type { RowCondition, TableColumn } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text, wide } from "../columns.ts";

interface Summary {
  readonly ready: number;
  readonly total: number;
  readonly reason: string;
  readonly restarts: number;
  /** When a container last went down, RFC 3339. */
  readonly lastRestart: string | undefined;
}

interface InitSummary {
  readonly reason: string | undefined;
  readonly ready: number;
  readonly restarts: Restarts;
  readonly sidecarRestarts: Restarts;
}

class Restarts {
  count = 0;
  last: string | undefined;

  add(status: corev1.ContainerStatus): void {
    this.count += status.restartCount;
    const finished = status.lastState?.terminated?.finishedAt;
    if (finished && (!this.last || finished > this.last)) this.last = finished;
  }
}

function summarizePod(pod: corev1.Pod): Summary {
  const { spec, status } = pod;
  const sidecars = new Set((spec.initContainers ?? []).filter(isSidecar).map((container) => container.name));
  const init = summarizeInit(pod, sidecars);
  const total = spec.containers.length + sidecars.size;
  let reason = init.reason ?? startReason(status);
  let [ready, restarts] = [init.ready, init.restarts];
  if (init.reason === undefined || isConditionTrue(status?.conditions, "Initialized")) {
    restarts = init.sidecarRestarts;
    const main = summarizeMain(status, restarts);
    ready += main.ready;
    reason = main.reason ?? reason;
    // Finished containers beside running ones: the pod as a whole still runs.
    if (reason === "Completed" && main.running)
      reason = isConditionTrue(status?.conditions, "Ready") ? "Running" : "NotReady";
  }
  return { ready, total, reason: deletionReason(pod) ?? reason, restarts: restarts.count, lastRestart: restarts.last };
}

function isSidecar(container: corev1.Container): boolean {
  return container.restartPolicy === "Always";
}

function startReason(status: corev1.PodStatus | undefined): string {
  const gated = status?.conditions?.some((c) => c.type === "PodScheduled" && c.reason === "SchedulingGated");
  return gated ? "SchedulingGated" : status?.reason || status?.phase || "";
}

function deletionReason(pod: corev1.Pod): string | undefined {
  if (!pod.metadata.deletionTimestamp) return undefined;
  if (pod.status?.reason === "NodeLost") return "Unknown";
  const phase = pod.status?.phase;
  return phase === "Failed" || phase === "Succeeded" ? undefined : "Terminating";
}

/** Goes through the init containers up to the first that is not through. */
function summarizeInit(pod: corev1.Pod, sidecars: ReadonlySet<string>): InitSummary {
  const [restarts, sidecarRestarts] = [new Restarts(), new Restarts()];
  let ready = 0;
  for (const [position, container] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const sidecar = sidecars.has(container.name);
    restarts.add(container);
    if (sidecar) sidecarRestarts.add(container);
    if (container.state?.terminated?.exitCode === 0) continue;
    if (sidecar && container.started) {
      if (container.ready) ready++;
      continue;
    }
    const reason = initReason(container, position, pod.spec.initContainers?.length ?? 0);
    return { reason, ready, restarts, sidecarRestarts };
  }
  return { reason: undefined, ready, restarts, sidecarRestarts };
}

function initReason({ state }: corev1.ContainerStatus, position: number, total: number): string {
  if (state?.terminated) return `Init:${terminatedReason(state.terminated)}`;
  const waiting = state?.waiting?.reason;
  return waiting && waiting !== "PodInitializing" ? `Init:${waiting}` : `Init:${position}/${total}`;
}

function terminatedReason({ reason, signal, exitCode }: corev1.ContainerStateTerminated): string {
  if (reason) return reason;
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}

function summarizeMain(status: corev1.PodStatus | undefined, restarts: Restarts) {
  let [ready, running] = [0, false];
  let reason: string | undefined;
  // Backwards: the first container's word counts last.
  for (const container of [...(status?.containerStatuses ?? [])].reverse()) {
    restarts.add(container);
    const { state } = container;
    if (state?.waiting?.reason) reason = state.waiting.reason;
    else if (state?.terminated) reason = terminatedReason(state.terminated);
    else if (container.ready && state?.running) {
      running = true;
      ready++;
    }
  }
  return { ready, running, reason };
}

function restartsText({ restarts, lastRestart }: Summary, now: number): string {
  return restarts === 0 || !lastRestart ? String(restarts) : `${restarts} (${age(lastRestart, now)} ago)`;
}

function gatesText(pod: corev1.Pod): string {
  const gates = pod.spec.readinessGates ?? [];
  if (gates.length === 0) return "<none>";
  const open = gates.filter((gate) => isConditionTrue(pod.status?.conditions, gate.conditionType));
  return `${open.length}/${gates.length}`;
}

const specDocs = "io.k8s.api.core.v1.PodSpec";
const statusDocs = "io.k8s.api.core.v1.PodStatus";
const none = "<none>";

export const podColumns: readonly TableColumn<corev1.Pod>[] = [
  nameColumn,
  text("Ready", (pod) => readyText(summarizePod(pod)), {
    description: "The aggregate readiness state of this pod for accepting traffic.",
  }),
  text("Status", (pod) => summarizePod(pod).reason, {
    description: "The aggregate status of the containers in this pod.",
  }),
  text("Restarts", (pod, now) => restartsText(summarizePod(pod), now), {
    description:
      "The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.",
  }),
  ageColumn,
  wide(
    text("IP", (pod) => pod.status?.podIPs?.[0]?.ip ?? pod.status?.podIP ?? none, {
      describedBy: `${statusDocs}.podIP`,
    }),
  ),
  wide(text("Node", (pod) => pod.spec.nodeName || none, { describedBy: `${specDocs}.nodeName` })),
  wide(
    text("Nominated Node", (pod) => pod.status?.nominatedNodeName || none, {
      describedBy: `${statusDocs}.nominatedNodeName`,
    }),
  ),
  wide(text("Readiness Gates", gatesText, { describedBy: `${specDocs}.readinessGates` })),
];

const over: ReadonlyMap<string | undefined, readonly RowCondition[]> = new Map([
  ["Succeeded", [completed("Succeeded", "The pod has completed successfully.")]],
  ["Failed", [completed("Failed", "The pod failed.")]],
]);

function completed(reason: string, message: string): RowCondition {
  return { type: "Completed", status: "True", reason, message };
}

export function podRowConditions({ status }: corev1.Pod): readonly RowCondition[] | undefined {
  return over.get(status?.phase);
}

function readyText({ ready, total }: Summary): string {
  return `${ready}/${total}`;
}
