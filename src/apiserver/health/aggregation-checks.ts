import type { HealthCheck } from "./health.ts";

/** Steps of the start that make the server one in front of others. */
const steps = [
  "poststarthook/start-kube-aggregator-informers",
  "poststarthook/apiservice-status-local-available-controller",
  "poststarthook/apiservice-status-remote-available-controller",
  "poststarthook/apiservice-registration-controller",
  "poststarthook/apiservice-discovery-controller",
  "poststarthook/kube-apiserver-autoregistration",
  "autoregister-completion",
  "poststarthook/apiservice-openapi-controller",
  "poststarthook/apiservice-openapiv3-controller",
];

/** `started`: API services are followed, and groups of other servers are found. */
export function aggregationChecks(started: () => boolean): HealthCheck[] {
  return steps.map((name) => ({ name, check: () => (started() ? undefined : "not finished") }));
}
