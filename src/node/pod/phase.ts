/** The one-word summary of a pod, from its containers' states. */
import type { corev1 } from "../../api/mod.ts";
import { isSidecar } from "./containers.ts";

type Statuses = ReadonlyMap<string, corev1.ContainerStatus>;

interface InitTally {
  readonly pending: boolean;
  readonly failed: boolean;
}

function initPending(container: corev1.Container, status: corev1.ContainerStatus | undefined): boolean {
  if (status === undefined) return true;
  if (isSidecar(container)) return status.started !== true;
  const { terminated } = status.state ?? {};
  if (terminated !== undefined) return false;
  // Waiting to be run again after a failure is pending as well.
  return true;
}

function tallyInit(pod: corev1.Pod, statuses: Statuses): InitTally {
  const containers = pod.spec.initContainers ?? [];
  const failed = containers.some((container) => {
    const exitCode = statuses.get(container.name)?.state?.terminated?.exitCode ?? 0;
    return !isSidecar(container) && exitCode !== 0;
  });
  const pending = containers.some((container) => initPending(container, statuses.get(container.name)));
  return { pending, failed };
}

interface Tally {
  unknown: number;
  running: number;
  waiting: number;
  stopped: number;
  succeeded: number;
}

function tallyRegular(pod: corev1.Pod, statuses: Statuses): Tally {
  const tally: Tally = { unknown: 0, running: 0, waiting: 0, stopped: 0, succeeded: 0 };
  for (const { name } of pod.spec.containers) {
    const status = statuses.get(name);
    const state = status?.state;
    if (state?.running) tally.running++;
    else if (state?.terminated) {
      tally.stopped++;
      if (state.terminated.exitCode === 0) tally.succeeded++;
    } else if (state?.waiting) {
      // Waiting after a run is the pause between two runs.
      if (status?.lastState?.terminated) tally.stopped++;
      else tally.waiting++;
    } else tally.unknown++;
  }
  return tally;
}

/** `ended`: no container will be started again, whatever the restart policy says. */
export function podPhase(
  pod: corev1.Pod,
  initStatuses: readonly corev1.ContainerStatus[],
  statuses: readonly corev1.ContainerStatus[],
  ended: boolean,
): corev1.PodPhase {
  const byName = (list: readonly corev1.ContainerStatus[]) => new Map(list.map((status) => [status.name, status]));
  const init = tallyInit(pod, byName(initStatuses));
  const regular = tallyRegular(pod, byName(statuses));
  const begun = regular.running + regular.stopped > 0;
  if (init.failed && pod.spec.restartPolicy === "Never") return "Failed";
  if ((init.pending || init.failed) && !begun) return "Pending";
  if (regular.waiting > 0) return "Pending";
  if (regular.running > 0 && regular.unknown === 0) return "Running";
  if (regular.stopped === 0 || regular.unknown > 0) return "Pending";
  if (ended) return regular.succeeded === regular.stopped ? "Succeeded" : "Failed";
  if (pod.spec.restartPolicy === "Always" || pod.spec.restartPolicy === undefined) return "Running";
  if (regular.succeeded === regular.stopped) return "Succeeded";
  return pod.spec.restartPolicy === "Never" ? "Failed" : "Running";
}
