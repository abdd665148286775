/** `/metrics`: what the process counts, with upstream's names where dashboards look for them. */
import { performance } from "node:perf_hooks";
import type { Registry } from "prom-client";
import { addFeatureMetrics } from "../health/features.ts";
import { version } from "../health/version.ts";
import type { PathRoutes } from "../request/path-routes.ts";
import { GaugeFamily } from "./families.ts";
import { addProcessMetrics } from "./process-metrics.ts";

export function addMetricsRoute(paths: PathRoutes, registry: Registry): void {
  addProcessMetrics(registry);
  addVersionInfo(registry);
  addFeatureMetrics(registry);
  const headers = { "process-start-time-unix": String(Math.round(performance.timeOrigin / 1000)) };
  paths.add("/metrics", async () => {
    const body = Buffer.from(await registry.metrics());
    return { status: 200, contentType: registry.contentType, body, headers };
  });
}

function addVersionInfo(registry: Registry): void {
  const info = new GaugeFamily(registry, {
    name: "version_info",
    help: "Releases whose API this is.",
    labelNames: ["binary", "component", "emulation", "min_compat"],
  });
  const { major, gitVersion, emulationMinor, minCompatibilityMinor } = version;
  info.labelled(gitVersion.slice(1), "kube", `${major}.${emulationMinor}`, `${major}.${minCompatibilityMinor}`).set(1);
}
