/** The API server, and the words in which a kind tells it what is its own. */

export { Aggregation, type AggregationOptions } from "./aggregation/aggregation.ts";
export { ApiServer, type ApiServerContext, type ApiServerOptions } from "./api-server.ts";
export { Audit } from "./audit/audit.ts";
export { AuditLog, type AuditLogOptions } from "./audit/audit-log.ts";
export { AuditSinks } from "./audit/audit-sinks.ts";
export { AuditWebhook, type AuditWebhookLimits, type AuditWebhookOptions } from "./audit/audit-webhook.ts";
export { readAuditPolicy } from "./audit/policy.ts";
export type { AccessPolicy } from "./bootstrap/rbac-policy.ts";
export { aggregationChecks } from "./health/aggregation-checks.ts";
export type { HealthCheck } from "./health/health.ts";
export type { Exchange, Peer, UpgradeExchange } from "./http/exchange.ts";
export { type AddedKind, aggregatedRoles } from "./kinds/added-kind.ts";
export * as columns from "./kinds/columns.ts";
export type { ListenAddress, TlsFiles } from "./listener.ts";
export { WebhookMetrics } from "./metrics/webhook-metrics.ts";
export { resourceOfKey } from "./registry/keys.ts";
export type { RequestContext, Strategy, TableColumn } from "./registry/strategy.ts";
export type { ConnectionHandler, ConnectionRequest, Connections } from "./request/connection.ts";
export type { ResourceRequest } from "./request/request-info.ts";
export { type StreamingOptions, streamingConnections } from "./streaming/connections.ts";
export { validateConditions } from "./validation/conditions.ts";
export type { FieldError } from "./validation/field-error.ts";
export * as fieldErrors from "./validation/field-error.ts";
export { type FieldPath, field } from "./validation/field-path.ts";
export { internalForm } from "./validation/internal-form.ts";
export * as rules from "./validation/rules.ts";
