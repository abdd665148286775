/** `/metrics/resource`: what a metrics server reads, in Prometheus's text form. */
import { containerNameLabel, podNameLabel, podNamespaceLabel } from "../runtime/labels.ts";
import type { NodeUsage } from "./node-stats.ts";

function line(name: string, labels: Readonly<Record<string, string>>, value: number, timeMs: number): string {
  const shown = Object.entries(labels).map(([key, text]) => `${key}=${JSON.stringify(text)}`);
  return `${name}${shown.length > 0 ? `{${shown.join(",")}}` : ""} ${value} ${Math.round(timeMs)}`;
}

function family(name: string, type: "counter" | "gauge", help: string, lines: readonly string[]): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines];
}

export function resourceMetrics(stats: NodeUsage): string {
  const labelled = stats.containers.map((one) => {
    const labels = one.attributes?.labels ?? {};
    return {
      one,
      labels: {
        container: labels[containerNameLabel] ?? "",
        namespace: labels[podNamespaceLabel] ?? "",
        pod: labels[podNameLabel] ?? "",
      },
    };
  });
  const cpu = labelled.map(({ one, labels }) =>
    line(
      "container_cpu_usage_seconds_total",
      labels,
      (one.cpu?.usageCoreNanoSeconds?.value ?? 0) / 1e9,
      (one.cpu?.timestamp ?? 0) / 1e6 || stats.time,
    ),
  );
  const memory = labelled.map(({ one, labels }) =>
    line(
      "container_memory_working_set_bytes",
      labels,
      one.memory?.workingSetBytes?.value ?? 0,
      (one.memory?.timestamp ?? 0) / 1e6 || stats.time,
    ),
  );
  const used = stats.memoryTotalBytes - stats.memoryAvailableBytes;
  const lines = [
    ...family("container_cpu_usage_seconds_total", "counter", "Processor time that the container has used", cpu),
    ...family("container_memory_working_set_bytes", "gauge", "Memory that the container holds", memory),
    ...family("node_cpu_usage_seconds_total", "counter", "Processor time that the node has used", [
      line("node_cpu_usage_seconds_total", {}, stats.cpuCoreNanoseconds / 1e9, stats.time),
    ]),
    ...family("node_memory_working_set_bytes", "gauge", "Memory that the node holds", [
      line("node_memory_working_set_bytes", {}, used, stats.time),
    ]),
    ...family("resource_scrape_error", "gauge", "1 where the figures could not be read", ["resource_scrape_error 0"]),
  ];
  return `${lines.join("\n")}\n`;
}
