/** What is written down, counted under upstream's names. */
import type { Registry } from "prom-client";
import { CounterFamily, type Value } from "../metrics/families.ts";
import type { AuditedHow } from "./policy.ts";

export interface AuditCounts {
  readonly events: Value;
  readonly levels: Readonly<Record<AuditedHow["level"], Value>>;
}

export function auditCounts(registry: Registry): AuditCounts {
  const counter = (name: string, help: string, labelNames?: readonly string[]) =>
    new CounterFamily(registry, { name: `apiserver_audit_${name}`, help, ...(labelNames && { labelNames }) });
  // Nobody waits for the log here, so nobody is refused because of it.
  counter("requests_rejected_total", "Requests that were refused because they could not be written down.");
  const levels = counter("level_total", "Requests by how much of them is written down.", ["level"]);
  return {
    events: counter("event_total", "Events for the log and the webhook.").labelled(),
    levels: {
      None: levels.labelled("None"),
      Metadata: levels.labelled("Metadata"),
      Request: levels.labelled("Request"),
      RequestResponse: levels.labelled("RequestResponse"),
    },
  };
}
