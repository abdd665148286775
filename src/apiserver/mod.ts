/** The API server. */
export { Aggregation, type AggregationOptions } from "./aggregation/aggregation.ts";
export { ApiServer, type ApiServerContext, type ApiServerOptions } from "./api-server.ts";
export { Audit } from "./audit/audit.ts";
export { AuditLog, type AuditLogOptions } from "./audit/audit-log.ts";
export { readAuditPolicy } from "./audit/policy.ts";
export { aggregationChecks } from "./health/aggregation-checks.ts";
export type { HealthCheck } from "./health/health.ts";
export type { Exchange, Peer, UpgradeExchange } from "./http/exchange.ts";
export type { ListenAddress, TlsFiles } from "./listener.ts";
export { resourceOfKey } from "./registry/keys.ts";
export type { ConnectionHandler, ConnectionRequest, Connections } from "./request/connection.ts";
export type { ResourceRequest } from "./request/request-info.ts";
export { type StreamingOptions, streamingConnections } from "./streaming/connections.ts";
