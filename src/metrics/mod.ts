/** What the cluster's nodes and pods use: the metrics server. */
export { MetricsServer, type MetricsServerOptions } from "./metrics-server.ts";
export { unregister } from "./registration.ts";
