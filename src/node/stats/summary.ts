/** `/stats/summary`: the kubelet's own form of its figures. */
import type { corev1 } from "../../api/mod.ts";
import type { ContainerStats, SandboxStats } from "../runtime/contract.ts";
import { containerNameLabel, podUidLabel } from "../runtime/labels.ts";
import type { NodeStats } from "./node-stats.ts";

function time(nanoseconds: number | undefined, fallbackMs: number): string {
  return new Date(nanoseconds ? nanoseconds / 1e6 : fallbackMs).toISOString();
}

function cpu({ cpu: usage }: ContainerStats, now: number) {
  return {
    time: time(usage?.timestamp, now),
    ...(usage?.usageNanoCores && { usageNanoCores: usage.usageNanoCores.value }),
    usageCoreNanoSeconds: usage?.usageCoreNanoSeconds?.value ?? 0,
  };
}

function memory({ memory: usage }: ContainerStats, now: number) {
  return {
    time: time(usage?.timestamp, now),
    workingSetBytes: usage?.workingSetBytes?.value ?? 0,
    ...(usage?.usageBytes && { usageBytes: usage.usageBytes.value }),
    ...(usage?.rssBytes && { rssBytes: usage.rssBytes.value }),
    ...(usage?.pageFaults && { pageFaults: usage.pageFaults.value }),
    ...(usage?.majorPageFaults && { majorPageFaults: usage.majorPageFaults.value }),
  };
}

function containerSummary(stats: ContainerStats, startTime: string | undefined, now: number) {
  return {
    name: stats.attributes?.labels[containerNameLabel] ?? "",
    ...(startTime && { startTime }),
    cpu: cpu(stats, now),
    memory: memory(stats, now),
    rootfs: {
      time: time(stats.writableLayer?.timestamp, now),
      usedBytes: stats.writableLayer?.usedBytes?.value ?? 0,
      inodesUsed: stats.writableLayer?.inodesUsed?.value ?? 0,
    },
  };
}

function network(stats: SandboxStats | undefined, now: number) {
  const usage = stats?.linux?.network;
  const device = usage?.defaultInterface;
  if (!device) return {};
  const counts = {
    name: device.name,
    rxBytes: device.rxBytes?.value ?? 0,
    rxErrors: device.rxErrors?.value ?? 0,
    txBytes: device.txBytes?.value ?? 0,
    txErrors: device.txErrors?.value ?? 0,
  };
  return { network: { time: time(usage?.timestamp, now), ...counts, interfaces: [counts] } };
}

function sum(containers: readonly ContainerStats[], value: (stats: ContainerStats) => number | undefined): number {
  return containers.reduce((total, stats) => total + (value(stats) ?? 0), 0);
}

function podSummary(pod: corev1.Pod, stats: NodeStats) {
  const { uid, name, namespace } = pod.metadata;
  const containers = stats.containers.filter(({ attributes }) => attributes?.labels[podUidLabel] === uid);
  const sandbox = stats.sandboxes.find(({ attributes }) => attributes?.labels[podUidLabel] === uid);
  const startTime = pod.status?.startTime;
  const now = new Date(stats.time).toISOString();
  return {
    podRef: { name, namespace, uid },
    startTime: startTime ?? now,
    containers: containers.map((one) => containerSummary(one, startTime, stats.time)),
    cpu: {
      time: now,
      usageNanoCores: sum(containers, (one) => one.cpu?.usageNanoCores?.value),
      usageCoreNanoSeconds: sum(containers, (one) => one.cpu?.usageCoreNanoSeconds?.value),
    },
    memory: {
      time: now,
      workingSetBytes: sum(containers, (one) => one.memory?.workingSetBytes?.value),
      usageBytes: sum(containers, (one) => one.memory?.usageBytes?.value),
      rssBytes: sum(containers, (one) => one.memory?.rssBytes?.value),
    },
    ...network(sandbox, stats.time),
  };
}

export function statsSummary(stats: NodeStats, pods: readonly corev1.Pod[]): unknown {
  const now = new Date(stats.time).toISOString();
  const { capacityBytes, availableBytes } = stats.disk;
  return {
    node: {
      nodeName: stats.nodeName,
      startTime: new Date(stats.startTime).toISOString(),
      cpu: { time: now, usageCoreNanoSeconds: stats.cpuCoreNanoseconds },
      memory: {
        time: now,
        availableBytes: stats.memoryAvailableBytes,
        usageBytes: stats.memoryTotalBytes - stats.memoryAvailableBytes,
        workingSetBytes: stats.memoryTotalBytes - stats.memoryAvailableBytes,
      },
      fs: { time: now, capacityBytes, availableBytes, usedBytes: capacityBytes - availableBytes },
      runtime: { imageFs: { time: now, capacityBytes, availableBytes, usedBytes: stats.imageBytes } },
    },
    pods: pods.map((pod) => podSummary(pod, stats)),
  };
}
