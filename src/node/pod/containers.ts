/** Questions about the containers of a pod's spec. */
import { createHash } from "node:crypto";
import type { corev1 } from "../../api/mod.ts";

export type ContainerRole = "init" | "sidecar" | "regular" | "ephemeral";

export interface PodContainer {
  readonly role: ContainerRole;
  readonly spec: corev1.Container;
  /** Ephemeral containers: the container whose processes it sees. */
  readonly target?: string;
}

/** An init container that goes on beside the others and is restarted on its own. */
export function isSidecar(container: corev1.Container): boolean {
  return container.restartPolicy === "Always";
}

export function initContainers(pod: corev1.Pod): PodContainer[] {
  const specs = pod.spec.initContainers ?? [];
  return specs.map((spec) => ({ role: isSidecar(spec) ? "sidecar" : "init", spec }));
}

export function regularContainers(pod: corev1.Pod): PodContainer[] {
  return pod.spec.containers.map((spec) => ({ role: "regular", spec }));
}

export function ephemeralContainers(pod: corev1.Pod): PodContainer[] {
  return (pod.spec.ephemeralContainers ?? []).map((spec) => ({
    role: "ephemeral",
    spec,
    ...(spec.targetContainerName && { target: spec.targetContainerName }),
  }));
}

export function podContainers(pod: corev1.Pod): PodContainer[] {
  return [...initContainers(pod), ...regularContainers(pod), ...ephemeralContainers(pod)];
}

export function findContainer(pod: corev1.Pod, name: string): PodContainer | undefined {
  return podContainers(pod).find((container) => container.spec.name === name);
}

/** The field of the pod that an event about the container points to. */
export function containerFieldPath({ role, spec }: PodContainer): string {
  const list = {
    init: "initContainers",
    sidecar: "initContainers",
    regular: "containers",
    ephemeral: "ephemeralContainers",
  };
  return `spec.${list[role]}{${spec.name}}`;
}

/** Changes when the container must be made anew; the image is the one field of a running pod's container that may change so. */
export function containerHash(container: corev1.Container): string {
  return createHash("sha256")
    .update(JSON.stringify([container.name, container.image]))
    .digest("hex")
    .slice(0, 8);
}

function ruleDecides(container: corev1.Container, exitCode: number): boolean {
  return (container.restartPolicyRules ?? []).some(({ action, exitCodes }) => {
    if (action !== "Restart" || exitCodes === undefined) return false;
    const listed = (exitCodes.values ?? []).includes(exitCode);
    return exitCodes.operator === "NotIn" ? !listed : listed;
  });
}

/** Whether a container that has ended with this code is to run again. The container's own policy stands above the pod's. */
export function shouldRestart(pod: corev1.Pod, { role, spec }: PodContainer, exitCode: number): boolean {
  if (role === "ephemeral") return false;
  if (role === "sidecar") return true;
  if (ruleDecides(spec, exitCode)) return true;
  const policy = spec.restartPolicy ?? pod.spec.restartPolicy ?? "Always";
  if (policy === "Never") return false;
  // An init container that succeeded has done its work, under `Always` too.
  return exitCode !== 0 || (policy === "Always" && role === "regular");
}

export function isHostNetwork(pod: corev1.Pod): boolean {
  return pod.spec.hostNetwork === true;
}

/** `name_namespace(uid)`: how messages name a pod. */
export function podFullName(pod: corev1.Pod): string {
  return `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
}

export function isTerminalPhase(phase: string | undefined): boolean {
  return phase === "Succeeded" || phase === "Failed";
}
