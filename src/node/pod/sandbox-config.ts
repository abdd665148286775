/** A pod as CRI's sandbox. */
import { type corev1, parseQuantity } from "../../api/mod.ts";
import { kernelHostname } from "../identity/hostname.ts";
import type { ResolverConfig } from "../identity/resolver-config.ts";
import type { NodeFacts } from "../node-facts.ts";
import type { SandboxConfig } from "../runtime/contract.ts";
import { podNameLabel, podNamespaceLabel, podUidLabel } from "../runtime/labels.ts";
import { PodPaths } from "./paths.ts";
import { sandboxSecurity } from "./security-context.ts";

export interface SandboxInput {
  readonly pod: corev1.Pod;
  readonly attempt: number;
  readonly node: NodeFacts;
  readonly resolver: ResolverConfig;
  /** Empty where cgroups are not managed. */
  readonly cgroupParent: string;
}

function portMappings(pod: corev1.Pod): SandboxConfig["portMappings"] {
  if (pod.spec.hostNetwork) return [];
  const containers = [
    ...pod.spec.containers,
    ...(pod.spec.initContainers ?? []).filter((one) => one.restartPolicy === "Always"),
  ];
  return containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, containerPort, protocol, hostIP }) =>
      hostPort ? [{ hostPort, containerPort, protocol: protocol ?? "TCP", hostIp: hostIP ?? "" }] : [],
    ),
  );
}

/** Sysctl names may be written with slashes; the kernel's separator is the dot. */
function sysctls(pod: corev1.Pod): Record<string, string> {
  const list = pod.spec.securityContext?.sysctls ?? [];
  return Object.fromEntries(list.map(({ name, value }) => [name.replaceAll("/", "."), value]));
}

function overhead(pod: corev1.Pod) {
  const { cpu, memory } = pod.spec.overhead ?? {};
  return {
    ...(cpu && { cpuShares: Number((parseQuantity(cpu).milliValue() * 1024n) / 1000n) }),
    ...(memory && { memoryLimitInBytes: Number(parseQuantity(memory).value()) }),
  };
}

export function podLabels({ metadata }: corev1.Pod): Record<string, string> {
  return { [podNameLabel]: metadata.name, [podNamespaceLabel]: metadata.namespace, [podUidLabel]: metadata.uid };
}

export function sandboxConfig({ pod, attempt, node, resolver, cgroupParent }: SandboxInput): SandboxConfig {
  const { name, namespace, uid } = pod.metadata;
  return {
    metadata: { name, namespace, uid, attempt },
    hostname: kernelHostname(pod, node),
    logDirectory: new PodPaths(node.rootDirectory).logs(pod),
    dnsConfig: resolver,
    portMappings: portMappings(pod) ?? [],
    labels: { ...pod.metadata.labels, ...podLabels(pod) },
    annotations: { ...pod.metadata.annotations },
    linux: {
      cgroupParent,
      securityContext: sandboxSecurity(pod),
      sysctls: sysctls(pod),
      ...(pod.spec.overhead && { overhead: overhead(pod) }),
    },
  };
}
