/** What is written down of requests, as files say it. */
import type { Logger } from "pino";
import { Audit, AuditLog, AuditSinks, AuditWebhook, readAuditPolicy } from "../apiserver/mod.ts";
import type { Clock } from "../client/mod.ts";
import type { AuditFiles } from "./control-plane-options.ts";

export function auditOf(
  { policy, log: path, webhook: kubeconfig, webhookLimits }: AuditFiles,
  { clock, log: parent }: { readonly clock: Clock; readonly log: Logger },
): Audit {
  const now = () => clock.now();
  const log = parent.child({ component: "audit" });
  const sink = new AuditSinks([
    ...(path ? [new AuditLog({ path, log, now })] : []),
    ...(kubeconfig ? [new AuditWebhook({ ...webhookLimits, kubeconfig, log })] : []),
  ]);
  return new Audit({ policy: readAuditPolicy(policy), sink, now });
}
