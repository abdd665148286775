/** `/metrics/slis`: what the health checks came to, for those who watch the server's objectives. */
import { performance } from "node:perf_hooks";
import { Registry } from "../../client/prometheus.ts";
import { CounterFamily, GaugeFamily } from "../metrics/families.ts";
import type { PathRoutes } from "../request/path-routes.ts";
import type { HealthObserver } from "./health.ts";

export function addHealthMetricsRoute(paths: PathRoutes): HealthObserver {
  const registry = new Registry();
  const last = new GaugeFamily(registry, {
    name: "kubernetes_healthcheck",
    help: "Outcome of the last run of a check.",
    labelNames: ["type", "name"],
  });
  const total = new CounterFamily(registry, {
    name: "kubernetes_healthchecks_total",
    help: "Runs of a check by their outcome.",
    labelNames: ["type", "name", "status"],
  });
  const start = new GaugeFamily(registry, { name: "process_start_time_seconds", help: "Start since the epoch." });
  start.labelled().set(performance.timeOrigin / 1000);
  paths.add("/metrics/slis", async () => {
    return { status: 200, contentType: registry.contentType, body: Buffer.from(await registry.metrics()) };
  });
  return (type, name, healthy) => {
    last.labelled(type, name).set(Number(healthy));
    total.labelled(type, name, healthy ? "success" : "error").value++;
  };
}
