/** The node as the API shows it. */
import { isDeepStrictEqual } from "node:util";
import type { corev1 } from "../../api/mod.ts";
import type { Image, RuntimeCondition, RuntimeVersion } from "../runtime/contract.ts";
import { nodeConditions, runtimeProblem } from "./conditions.ts";
import type { Capacity, NodeIdentity } from "./machine.ts";

/** The version whose behaviour the agent has. */
export const kubeletVersion = "v1.36.3";
/** Images are listed largest first, as many as upstream lists. */
const maximumImages = 50;
const maximumNamesPerImage = 5;

export interface NodeDescription {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly corev1.Taint[];
  readonly addresses: readonly string[];
  readonly identity: NodeIdentity;
  readonly capacity: Capacity;
  /** Of the node API; 0: none. */
  readonly serverPort: number;
  readonly providerId?: string;
  readonly podCidr?: string;
}

export interface NodeObservation {
  /** Absent where the runtime does not answer. */
  readonly version: RuntimeVersion | undefined;
  readonly conditions: readonly RuntimeCondition[] | undefined;
  readonly images: readonly Image[];
}

export function nodeLabels({ name, labels, identity }: NodeDescription): Record<string, string> {
  return {
    "beta.kubernetes.io/arch": identity.architecture,
    "beta.kubernetes.io/os": identity.operatingSystem,
    "kubernetes.io/arch": identity.architecture,
    "kubernetes.io/os": identity.operatingSystem,
    "kubernetes.io/hostname": name,
    ...labels,
  };
}

function imageList(images: readonly Image[]): corev1.ContainerImage[] {
  const sorted = [...images].sort((a, b) => b.size - a.size).slice(0, maximumImages);
  return sorted.map(({ repoDigests, repoTags, size }) => ({
    names: [...repoDigests, ...repoTags].slice(0, maximumNamesPerImage),
    sizeBytes: size,
  }));
}

function nodeInfo({ identity }: NodeDescription, version: RuntimeVersion | undefined): corev1.NodeSystemInfo {
  const runtime = version ? `${version.runtimeName}://${version.runtimeVersion}` : "";
  return { ...identity, containerRuntimeVersion: runtime, kubeletVersion, kubeProxyVersion: "" };
}

export function nodeStatus(
  description: NodeDescription,
  { version, conditions, images }: NodeObservation,
  before: corev1.NodeStatus | undefined,
  now: string,
): corev1.NodeStatus {
  const { capacity, addresses, name, serverPort } = description;
  return {
    capacity: { ...before?.capacity, ...capacity.capacity },
    // What somebody has added to the capacity may be used: device plugins do so, and people.
    allocatable: { ...before?.capacity, ...capacity.allocatable },
    conditions: nodeConditions(runtimeProblem(conditions), before?.conditions ?? [], now),
    addresses: [...addresses.map((address) => ({ type: "InternalIP", address })), { type: "Hostname", address: name }],
    daemonEndpoints: { kubeletEndpoint: { Port: serverPort } },
    nodeInfo: nodeInfo(description, version),
    images: imageList(images),
  };
}

/**
 * Whether the API shows what the agent has to say, but for the heartbeat's own time. What others say of the node, conditions of other types and
 * the volumes that are attached to it, is theirs. The API leaves empty lists out.
 */
export function isShown(status: corev1.NodeStatus, shown: corev1.NodeStatus | undefined): boolean {
  if (!shown) return false;
  const { conditions, images, ...others } = shown;
  const own = Object.entries({ ...others, images: images ?? [] }).filter(([key]) => key in status);
  const ofOurs = status.conditions?.map(({ type }) => conditions?.find((one) => one.type === type) ?? { type });
  const theirs = { ...Object.fromEntries(own), conditions: withoutTime(ofOurs) };
  return isDeepStrictEqual(
    { ...status, images: status.images ?? [], conditions: withoutTime(status.conditions) },
    theirs,
  );
}

function withoutTime(conditions: readonly Partial<corev1.NodeCondition>[] = []): unknown {
  return conditions.map(({ lastHeartbeatTime: _, ...rest }) => rest);
}
