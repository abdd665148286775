/** Security contexts of pods and containers as CRI takes them. */
import type { corev1 } from "../../api/mod.ts";
import type { Message } from "../cri/types.ts";
import type { Image } from "../runtime/contract.ts";
import { NodeError } from "../runtime/errors.ts";
import type { PodContainer } from "./containers.ts";

type Profile = Message<"SecurityProfile">;

/** What a container does not see of `/proc` and `/sys` unless it asks for all. */
const maskedPaths = [
  "/proc/asound",
  "/proc/acpi",
  "/proc/interrupts",
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/timer_list",
  "/proc/timer_stats",
  "/proc/sched_debug",
  "/proc/scsi",
  "/sys/firmware",
  "/sys/devices/virtual/powercap",
];
const readonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

function seccomp(profile: corev1.SeccompProfile | undefined): Profile {
  if (profile === undefined) return { profileType: "Unconfined" };
  if (profile.type !== "Localhost") return { profileType: profile.type };
  return { profileType: "Localhost", localhostRef: profile.localhostProfile ?? "" };
}

function appArmor(profile: corev1.AppArmorProfile | undefined): Profile | undefined {
  if (profile === undefined) return undefined;
  return { profileType: profile.type, ...(profile.localhostProfile && { localhostRef: profile.localhostProfile }) };
}

function namespaceOptions(pod: corev1.Pod): Message<"NamespaceOption"> {
  const { hostNetwork, hostPID, hostIPC, shareProcessNamespace } = pod.spec;
  return {
    network: hostNetwork ? "NODE" : "POD",
    pid: hostPID ? "NODE" : shareProcessNamespace ? "POD" : "CONTAINER",
    ipc: hostIPC ? "NODE" : "POD",
  };
}

/** Groups of the pod's processes besides their own. */
export function supplementalGroups(pod: corev1.Pod): number[] {
  const { supplementalGroups: groups = [], fsGroup } = pod.spec.securityContext ?? {};
  return fsGroup === undefined ? [...groups] : [...new Set([...groups, fsGroup])];
}

export function sandboxSecurity(pod: corev1.Pod): Message<"LinuxSandboxSecurityContext"> {
  const context = pod.spec.securityContext ?? {};
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const options = namespaceOptions(pod);
  return {
    namespaceOptions: options,
    privileged: all.some(({ securityContext }) => securityContext?.privileged === true),
    // The process that holds the namespaces only sleeps, as nobody; a filter for it would cost a quarter of the pod's start.
    seccomp: { profileType: "Unconfined" },
    ...(context.runAsUser !== undefined && { runAsUser: { value: context.runAsUser } }),
    ...(context.runAsGroup !== undefined && { runAsGroup: { value: context.runAsGroup } }),
    ...(context.supplementalGroupsPolicy && { supplementalGroupsPolicy: context.supplementalGroupsPolicy }),
    supplementalGroups: supplementalGroups(pod),
  };
}

/** Rejects an image or a setting by which a container that must not would run as root. */
export function checkNonRoot(pod: corev1.Pod, container: corev1.Container, image: Image | undefined): void {
  const podContext = pod.spec.securityContext ?? {};
  const own = container.securityContext ?? {};
  if ((own.runAsNonRoot ?? podContext.runAsNonRoot) !== true) return;
  const user = own.runAsUser ?? podContext.runAsUser;
  const where = `(pod: "${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})", container: ${container.name})`;
  if (user === 0) throw new NodeError("create-config", `container's runAsUser breaks non-root policy ${where}`);
  if (user !== undefined) return;
  if (image?.uid) {
    if (image.uid.value !== 0) return;
    throw new NodeError("create-config", `container has runAsNonRoot and image will run as root ${where}`);
  }
  if (!image?.username)
    throw new NodeError("create-config", `container has runAsNonRoot and image will run as root ${where}`);
  const message = `container has runAsNonRoot and image has non-numeric user (${image.username}), cannot verify user is non-root ${where}`;
  throw new NodeError("create-config", message);
}

export interface ContainerSecurityOptions {
  /** Ephemeral containers: the id of the container whose processes it sees. */
  readonly targetContainerId?: string;
  /** Groups that own the pod's volumes. */
  readonly volumeGroups?: readonly number[];
}

export function containerSecurity(
  pod: corev1.Pod,
  { spec }: PodContainer,
  { targetContainerId, volumeGroups = [] }: ContainerSecurityOptions,
): Message<"LinuxContainerSecurityContext"> {
  const shared = pod.spec.securityContext ?? {};
  const own = spec.securityContext ?? {};
  const user = own.runAsUser ?? shared.runAsUser;
  const group = own.runAsGroup ?? shared.runAsGroup;
  const privileged = own.privileged === true;
  const masked = own.procMount !== "Unmasked" && !privileged;
  const apparmor = appArmor(own.appArmorProfile ?? shared.appArmorProfile);
  const options = namespaceOptions(pod);
  return {
    privileged,
    namespaceOptions: targetContainerId ? { ...options, pid: "TARGET", targetId: targetContainerId } : options,
    ...(user !== undefined && { runAsUser: { value: user } }),
    ...(group !== undefined && { runAsGroup: { value: group } }),
    readonlyRootfs: own.readOnlyRootFilesystem === true,
    noNewPrivs: own.allowPrivilegeEscalation === false,
    supplementalGroups: [...new Set([...supplementalGroups(pod), ...volumeGroups])],
    ...(shared.supplementalGroupsPolicy && { supplementalGroupsPolicy: shared.supplementalGroupsPolicy }),
    capabilities: { addCapabilities: own.capabilities?.add ?? [], dropCapabilities: own.capabilities?.drop ?? [] },
    seccomp: privileged ? { profileType: "Unconfined" } : seccomp(own.seccompProfile ?? shared.seccompProfile),
    ...(apparmor && { apparmor }),
    maskedPaths: masked ? maskedPaths : [],
    readonlyPaths: masked ? readonlyPaths : [],
  };
}
