/** What the process itself takes: read when somebody looks, so that it costs nothing between. */
import { readdirSync, readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import v8 from "node:v8";
import type { Registry } from "prom-client";
import { CounterFamily, GaugeFamily } from "./families.ts";

export function addProcessMetrics(registry: Registry): void {
  gauge(registry, "process_start_time_seconds", "Start of the process since the epoch.", () =>
    Math.round(performance.timeOrigin / 1000),
  );
  const cpu = new CounterFamily(registry, {
    name: "process_cpu_seconds_total",
    help: "Time on processors, the system's part included.",
    collect: () => cpu.labelled().set(cpuSeconds()),
  });
  gauge(registry, "process_resident_memory_bytes", "Memory that is really there.", () => process.memoryUsage.rss());
  gauge(registry, "process_virtual_memory_bytes", "Memory that is spoken for.", () => statusBytes("VmSize"));
  gauge(registry, "process_open_fds", "Open descriptors.", openDescriptors);
  gauge(registry, "process_max_fds", "Descriptors that may be open.", maximumDescriptors);
  addRuntimeMetrics(registry);
}

function addRuntimeMetrics(registry: Registry): void {
  const version = new GaugeFamily(registry, {
    name: "nodejs_version_info",
    help: "Release of the runtime.",
    labelNames: ["version"],
  });
  version.labelled(process.version).set(1);
  gauge(registry, "nodejs_heap_size_total_bytes", "Heap that is there.", () => process.memoryUsage().heapTotal);
  gauge(registry, "nodejs_heap_size_used_bytes", "Heap that is in use.", () => process.memoryUsage().heapUsed);
  gauge(registry, "nodejs_external_memory_bytes", "Buffers outside the heap.", () => process.memoryUsage().external);
  gauge(registry, "nodejs_heap_size_limit_bytes", "Heap that may be.", () => v8.getHeapStatistics().heap_size_limit);
  gauge(
    registry,
    "nodejs_active_resources",
    "Timers, sockets and requests that keep it going.",
    () => process.getActiveResourcesInfo().length,
  );
  let before = performance.eventLoopUtilization();
  gauge(registry, "nodejs_eventloop_utilization", "Part of the time since the last look in which it worked.", () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization;
  });
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  const family = new GaugeFamily(registry, { name, help, collect: () => family.labelled().set(read()) });
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** 0 where the system has no such file. */
function statusBytes(field: string): number {
  const match = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(procFile("status"));
  return Number(match?.[1] ?? 0) * 1024;
}

function maximumDescriptors(): number {
  const match = /^Max open files\s+(\d+)/m.exec(procFile("limits"));
  return Number(match?.[1] ?? 0);
}

function openDescriptors(): number {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return 0;
  }
}

function procFile(name: string): string {
  try {
    return readFileSync(`/proc/self/${name}`, "utf8");
  } catch {
    return "";
  }
}
