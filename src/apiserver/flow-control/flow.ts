/** A FlowSchema that is in force: its rules, its level, its counts. */
import type { flowcontrolv1 } from "../../api/mod.ts";
import type { Distribution, Value } from "../metrics/families.ts";
import { compileRules, type SchemaRule } from "./matcher.ts";
import type { PriorityLevel } from "./priority-level.ts";
import type { Ticket } from "./ticket.ts";

export interface FlowCounts {
  readonly dispatched: Value;
  readonly execution: Distribution;
  readonly seats: Distribution;
}

export interface Flow {
  readonly name: string;
  readonly uid: string;
  readonly precedence: number;
  readonly rules: readonly SchemaRule[];
  readonly by: "ByUser" | "ByNamespace" | undefined;
  readonly level: PriorityLevel;
  readonly counts: FlowCounts;
  /** What its answers say of it. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface FlowTicket extends Ticket {
  readonly schema: Flow;
}

export function makeFlow(object: flowcontrolv1.FlowSchema, level: PriorityLevel, counts: FlowCounts): Flow {
  const { metadata, spec } = object;
  return {
    name: metadata.name,
    uid: metadata.uid,
    precedence: spec.matchingPrecedence ?? 1000,
    rules: compileRules(spec),
    by: spec.distinguisherMethod?.type as Flow["by"],
    level,
    counts,
    headers: Object.freeze({
      "x-kubernetes-pf-flowschema-uid": metadata.uid,
      "x-kubernetes-pf-prioritylevel-uid": level.uid,
    }),
  };
}
