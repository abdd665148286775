/**
 * The API server's own checks. Upstream has one for each step of its start; who asks for one by its name finds it here, bound to the
 * step of this server that does that work.
 */
import type { HealthCheck } from "./health.ts";

export interface ServerState {
  /** What every cluster needs has been made, and requests are answered. */
  readonly started: boolean;
  readonly stopping: boolean;
}

/** Steps that are done before the server listens. */
const steps = [
  "start-apiserver-admission-initializer",
  "generic-apiserver-start-informers",
  "priority-and-fairness-config-consumer",
  "priority-and-fairness-filter",
  "storage-object-count-tracker-hook",
  "start-apiextensions-informers",
  "start-apiextensions-controllers",
  "crd-informer-synced",
  "start-system-namespaces-controller",
  "start-cluster-authentication-info-controller",
  "storage-readiness",
  "start-legacy-token-tracking-controller",
  "start-service-ip-repair-controllers",
  "scheduling/bootstrap-system-priority-classes",
  "priority-and-fairness-config-producer",
  "bootstrap-controller",
  "start-kubernetes-service-cidr-controller",
];

/** `readStore` rejects where the store does not answer. */
export function serverChecks(state: ServerState, readStore: () => Promise<unknown>): HealthCheck[] {
  const healthy = () => undefined;
  const started = () => (state.started ? undefined : "not finished");
  const store = async () => void (await readStore());
  return [
    { name: "ping", check: healthy },
    { name: "log", check: healthy },
    { name: "loopback-serving-certificate", only: ["healthz", "livez"], check: healthy },
    { name: "etcd", check: store },
    { name: "etcd-readiness", only: ["readyz"], check: store },
    { name: "informer-sync", only: ["readyz"], check: started },
    ...steps.map((step) => ({ name: `poststarthook/${step}`, check: started })),
    { name: "shutdown", only: ["readyz"], check: () => (state.stopping ? "process is shutting down" : undefined) },
  ];
}
