/** Which APIServices cannot be used, under upstream's names. */
import type { Registry } from "prom-client";
import type { Informer } from "../../client/mod.ts";
import { CounterFamily, GaugeFamily } from "../metrics/families.ts";
import type { APIService } from "./registered-services.ts";

/** Answers the counts of losses, by name and reason. */
export function addAvailabilityMetrics(registry: Registry, services: Informer<APIService>): CounterFamily {
  const unavailable: GaugeFamily = new GaugeFamily(registry, {
    name: "aggregator_unavailable_apiservice",
    help: "1 for each APIService that cannot be used now.",
    labelNames: ["name"],
    collect() {
      unavailable.clear();
      for (const service of services.lister.list())
        unavailable.labelled(service.metadata.name).set(isUnavailable(service) ? 1 : 0);
    },
  });
  return new CounterFamily(registry, {
    name: "aggregator_unavailable_apiservice_total",
    help: "Times that an APIService could no longer be used, by reason.",
    labelNames: ["name", "reason"],
  });
}

function isUnavailable({ status }: APIService): boolean {
  return status?.conditions?.some((one) => one.type === "Available" && one.status === "False") ?? false;
}
