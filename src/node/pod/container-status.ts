/** A container's status as the API shows it, from what the runtime says and what the agent remembers. */
import { type corev1, formatTime } from "../../api/mod.ts";
import { restartCountAnnotation } from "../runtime/labels.ts";
import { isSidecar, type PodContainer, shouldRestart } from "./containers.ts";
import type { ObservedContainer } from "./observation.ts";
import { type Resources, resourcesOf } from "./resources.ts";

export interface WaitingReason {
  readonly reason: string;
  readonly message?: string;
}

export interface ContainerStatusInput {
  readonly pod: corev1.Pod;
  readonly container: PodContainer;
  /** Newest first. */
  readonly instances: readonly ObservedContainer[];
  /** Why it cannot be started now. */
  readonly waiting: WaitingReason | undefined;
  /** What to say where nothing else is known: `ContainerCreating`, `PodInitializing`. */
  readonly defaultReason: string;
  /** `containerd`, as in the ids' `containerd://`. */
  readonly runtimeName: string;
  readonly started: boolean;
  readonly ready: boolean;
  /** What the container has, where that is known to be another thing than what its spec says. */
  readonly applied?: Resources | undefined;
  readonly resizePending?: boolean;
  /** What the API has: what was seen before is not forgotten. */
  readonly previous: corev1.ContainerStatus | undefined;
  /** `ending`: nothing is started any more; `ended`: nothing is left. */
  readonly stage: "active" | "ending" | "ended";
  /** The pod came as far as this container: where it is not found at the end it is lost, else it never was. */
  readonly reached: boolean;
}

/** Nanoseconds since the epoch as RFC 3339 in whole seconds. */
function timeOf(nanoseconds: number): string {
  return formatTime(Math.floor(nanoseconds / 1e6));
}

/** A time that never was is shown as the epoch, as Go's zero time on this wire. */
function startTime(nanoseconds: number): string {
  return nanoseconds > 0 ? timeOf(nanoseconds) : "1970-01-01T00:00:00Z";
}

function terminated(runtimeName: string, { status, terminationMessage }: ObservedContainer): corev1.ContainerState {
  const message = [status.message, terminationMessage].filter((text) => text !== "").join(": ");
  return {
    terminated: {
      exitCode: status.exitCode,
      reason: status.reason || (status.exitCode === 0 ? "Completed" : "Error"),
      ...(message && { message }),
      startedAt: startTime(status.startedAt),
      finishedAt: startTime(status.finishedAt),
      containerID: `${runtimeName}://${status.id}`,
    },
  };
}

function stateOf(input: ContainerStatusInput, observed: ObservedContainer): corev1.ContainerState {
  if (observed.status.state === "CONTAINER_RUNNING")
    return { running: { startedAt: timeOf(observed.status.startedAt) } };
  if (observed.status.state === "CONTAINER_EXITED") return endedState(input, observed);
  return { waiting: waitingState(input) };
}

/** An ended container does not change; what the API has of it may say more than is left here. */
function endedState(
  { previous, runtimeName }: ContainerStatusInput,
  observed: ObservedContainer,
): corev1.ContainerState {
  const state = terminated(runtimeName, observed);
  const known = [previous?.state, previous?.lastState].find(
    (one) => one?.terminated?.containerID === state.terminated?.containerID,
  );
  return known ?? state;
}

function waitingState({ waiting, defaultReason }: ContainerStatusInput): corev1.ContainerStateWaiting {
  if (waiting === undefined) return { reason: defaultReason };
  return { reason: waiting.reason, ...(waiting.message && { message: waiting.message }) };
}

function lost(): corev1.ContainerState {
  return {
    terminated: {
      exitCode: 137,
      reason: "ContainerStatusUnknown",
      message: "The container could not be located when the pod was terminated",
      startedAt: "1970-01-01T00:00:00Z",
      finishedAt: "1970-01-01T00:00:00Z",
    },
  };
}

/** Of a container that the runtime does not have. */
function unseen(input: ContainerStatusInput): corev1.ContainerStatus {
  const { previous, container, stage, reached } = input;
  if (previous?.state?.terminated !== undefined) return { ...previous, ready: isCompletedInit(container, previous) };
  if (previous?.state?.running !== undefined) return { ...previous, ready: false, started: false, state: lost() };
  return {
    name: container.spec.name,
    image: container.spec.image ?? "",
    imageID: "",
    ready: false,
    started: false,
    restartCount: previous?.restartCount ?? 0,
    state: stage === "ended" && reached ? lost() : { waiting: waitingState(input) },
    lastState: previous?.lastState ?? {},
  };
}

function isCompletedInit(container: PodContainer, status: corev1.ContainerStatus): boolean {
  return container.role === "init" && status.state?.terminated?.exitCode === 0;
}

function volumeMountStatuses(container: corev1.Container): corev1.VolumeMountStatus[] {
  return (container.volumeMounts ?? []).map(({ name, mountPath, readOnly }) => ({
    name,
    mountPath,
    ...(readOnly === true && { readOnly, recursiveReadOnly: "Disabled" }),
  }));
}

/** What it was allotted, and what it has. */
function resources({ container, applied, resizePending }: ContainerStatusInput): Partial<corev1.ContainerStatus> {
  const wanted = resourcesOf(container.spec);
  const actual = applied ?? wanted;
  const allocated = (resizePending ? actual : wanted).requests;
  return { ...(allocated && { allocatedResources: allocated }), resources: actual };
}

function userOf({ status }: ObservedContainer): Partial<corev1.ContainerStatus> {
  const linux = status.user?.linux;
  if (!linux) return {};
  return { user: { linux: { uid: linux.uid, gid: linux.gid, supplementalGroups: [...linux.supplementalGroups] } } };
}

function restartCount({ status }: ObservedContainer): number {
  return Number(status.annotations[restartCountAnnotation] ?? status.metadata?.attempt ?? 0);
}

function imageName({ status }: ObservedContainer, container: PodContainer): string {
  const shown = status.image?.image ?? "";
  return shown === "" || shown.startsWith("sha256:") ? (container.spec.image ?? "") : shown;
}

/** Between two runs the ended one is `lastState`, and the state says what is waited for. */
function states(input: ContainerStatusInput, newest: ObservedContainer, older: ObservedContainer | undefined) {
  const lastState = older?.status.state === "CONTAINER_EXITED" ? endedState(input, older) : {};
  const state = stateOf(input, newest);
  const exitCode = state.terminated?.exitCode;
  const again =
    exitCode !== undefined && input.stage === "active" && shouldRestart(input.pod, input.container, exitCode);
  if (again && input.waiting !== undefined) return { state: { waiting: waitingState(input) }, lastState: state };
  return { state, lastState };
}

export function containerStatus(input: ContainerStatusInput): corev1.ContainerStatus {
  const [newest, older] = input.instances;
  if (newest === undefined) return unseen(input);
  const { container } = input;
  const { state, lastState } = states(input, newest, older);
  const running = state.running !== undefined;
  const mounts = volumeMountStatuses(container.spec);
  const status: corev1.ContainerStatus = {
    name: container.spec.name,
    state,
    lastState,
    ready: running && input.ready && container.role !== "init",
    restartCount: restartCount(newest),
    image: imageName(newest, container),
    imageID: newest.status.imageRef || newest.status.imageId,
    containerID: `${input.runtimeName}://${newest.status.id}`,
    started: running && (container.role === "init" || input.started),
    ...(container.role !== "ephemeral" && resources(input)),
    ...(mounts.length > 0 && { volumeMounts: mounts }),
    ...userOf(newest),
  };
  return isCompletedInit(container, status) ? { ...status, ready: true } : status;
}

/** Whether the containers before the regular ones have done their part. */
export function isInitialized(pod: corev1.Pod, statuses: readonly corev1.ContainerStatus[]): boolean {
  return (pod.spec.initContainers ?? []).every((container) => {
    const status = statuses.find(({ name }) => name === container.name);
    return isSidecar(container) ? status?.started === true : status?.ready === true;
  });
}
