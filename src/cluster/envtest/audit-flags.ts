/** What is written down of requests, by the flags of an API server. */
import type { AuditWebhookLimits } from "../../apiserver/mod.ts";
import type { FlagValues } from "./flags.ts";

export interface AuditSettings {
  /** Files; empty: none. */
  readonly policyFile: string;
  readonly logPath: string;
  readonly webhookFile: string;
  readonly webhookLimits: AuditWebhookLimits;
}

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
};

export function auditSettings(flags: FlagValues): AuditSettings {
  return {
    policyFile: flags.text("audit-policy-file"),
    logPath: flags.text("audit-log-path"),
    webhookFile: flags.text("audit-webhook-config-file"),
    webhookLimits: webhookLimits(flags),
  };
}

/** Requests wait for nobody here: a webhook that they are to wait for is not offered. */
export function auditProblems(flags: FlagValues): string[] {
  const mode = flags.text("audit-webhook-mode") || "batch";
  return mode === "batch" ? [] : [`--audit-webhook-mode=${mode} is not supported by Kubets`];
}

function webhookLimits(flags: FlagValues): AuditWebhookLimits {
  const batch = "audit-webhook-batch";
  const throttles = flags.flag(`${batch}-throttle-enable`, true);
  const truncates = flags.flag("audit-webhook-truncate-enabled", false);
  const backoff = flags.has(`${batch}-initial-backoff`) ? `${batch}-initial-backoff` : "audit-webhook-initial-backoff";
  return {
    bufferSize: flags.number(`${batch}-buffer-size`, 10_000),
    batchSize: flags.number(`${batch}-max-size`, 400),
    batchWaitMs: milliseconds(flags.text(`${batch}-max-wait`) || "30s"),
    retryMs: milliseconds(flags.text(backoff) || "10s"),
    ratePerSecond: throttles ? flags.number(`${batch}-throttle-qps`, 10) : Number.MAX_SAFE_INTEGER,
    burst: throttles ? flags.number(`${batch}-throttle-burst`, 15) : Number.MAX_SAFE_INTEGER,
    ...(truncates && {
      maximumEventBytes: flags.number("audit-webhook-truncate-max-event-size", 102_400),
      maximumBatchBytes: flags.number("audit-webhook-truncate-max-batch-size", 10_485_760),
    }),
  };
}

/** The form has been checked with the flag. */
function milliseconds(duration: string): number {
  let sum = 0;
  for (const [, number, unit] of duration.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g))
    sum += Number(number) * unitMs[unit!]!;
  return sum;
}
