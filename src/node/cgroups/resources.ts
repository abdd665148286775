/** Requests and limits as the kernel's numbers. */
import type { corev1 } from "../../api/mod.ts";
import { parseQuantity } from "../../api/mod.ts";
import type { LinuxResources } from "../runtime/contract.ts";
import { qualityOfService } from "./quality-of-service.ts";

/** Microseconds over which a quota is counted. */
const periodMicroseconds = 100_000;
const minimumQuotaMicroseconds = 1000;
const minimumShares = 2;
const maximumShares = 262_144;
const systemCriticalPriority = 2_000_000_000;

export function milliCpu(quantity: string): number {
  return Number(parseQuantity(quantity).milliValue());
}

export function bytes(quantity: string): number {
  return Number(parseQuantity(quantity).value());
}

export function cpuShares(milli: number): number {
  return Math.min(maximumShares, Math.max(minimumShares, Math.floor((milli * 1024) / 1000)));
}

export function cpuQuota(milli: number): number {
  return Math.max(minimumQuotaMicroseconds, Math.floor((milli * periodMicroseconds) / 1000));
}

/** How readily the kernel kills: 1000 first, -997 nearly never. */
export function outOfMemoryScore(pod: corev1.Pod, container: corev1.Container, memoryCapacityBytes: number): number {
  const classOfService = qualityOfService(pod);
  if ((pod.spec.priority ?? 0) >= systemCriticalPriority || classOfService === "Guaranteed") return -997;
  if (classOfService === "BestEffort") return 1000;
  const requested = bytes(container.resources?.requests?.["memory"] ?? "0");
  const score = 1000 - Math.floor((1000 * requested) / memoryCapacityBytes);
  return Math.min(999, Math.max(3, score));
}

export interface ContainerResourceOptions {
  readonly memoryCapacityBytes: number;
  /** With cgroups v2 a container that runs out of memory ends whole, not one process of it. */
  readonly cgroupVersion: 1 | 2;
}

export function containerResources(
  pod: corev1.Pod,
  container: corev1.Container,
  options: ContainerResourceOptions,
): LinuxResources {
  const { requests, limits } = container.resources ?? {};
  const cpuLimit = limits?.["cpu"];
  const cpuRequest = requests?.["cpu"] ?? cpuLimit;
  const memoryLimit = limits?.["memory"];
  return {
    cpuShares: cpuRequest === undefined ? minimumShares : cpuShares(milliCpu(cpuRequest)),
    cpuPeriod: periodMicroseconds,
    ...(cpuLimit !== undefined && milliCpu(cpuLimit) > 0 && { cpuQuota: cpuQuota(milliCpu(cpuLimit)) }),
    ...(memoryLimit !== undefined && { memoryLimitInBytes: bytes(memoryLimit) }),
    oomScoreAdj: outOfMemoryScore(pod, container, options.memoryCapacityBytes),
    ...(options.cgroupVersion === 2 && { unified: { "memory.oom.group": "1" } }),
  };
}

/** What the whole pod is held to. */
export interface PodLimits {
  readonly cpuShares: number;
  /** Absent where a container has no limit. */
  readonly cpuQuotaMicroseconds?: number;
  readonly cpuPeriodMicroseconds: number;
  readonly memoryLimitBytes?: number;
}

/** The sum over regular containers and sidecars, or what the largest init container asks; nothing where one of them has no value. */
function podTotal(pod: corev1.Pod, kind: "requests" | "limits", name: string, amount: (quantity: string) => number) {
  const own = pod.spec.resources?.[kind]?.[name];
  if (own !== undefined) return { total: amount(own), complete: true };
  const of = (container: corev1.Container) => {
    const quantity = container.resources?.[kind]?.[name];
    return quantity === undefined ? undefined : amount(quantity);
  };
  const init = pod.spec.initContainers ?? [];
  const together = [...pod.spec.containers, ...init.filter(({ restartPolicy }) => restartPolicy === "Always")].map(of);
  const alone = init.filter(({ restartPolicy }) => restartPolicy !== "Always").map(of);
  const total = Math.max(
    together.reduce<number>((sum, value) => sum + (value ?? 0), 0),
    ...alone.map((value) => value ?? 0),
  );
  return { total, complete: [...together, ...alone].every((value) => value !== undefined && value > 0) };
}

export function podLimits(pod: corev1.Pod): PodLimits {
  const requested = podTotal(pod, "requests", "cpu", milliCpu);
  const cpu = podTotal(pod, "limits", "cpu", milliCpu);
  const memory = podTotal(pod, "limits", "memory", bytes);
  return {
    cpuShares: cpuShares(requested.total),
    cpuPeriodMicroseconds: periodMicroseconds,
    ...(cpu.complete && { cpuQuotaMicroseconds: cpuQuota(cpu.total) }),
    ...(memory.complete && { memoryLimitBytes: memory.total }),
  };
}
