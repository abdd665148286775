/** Conditions of a status as a set by type: set one without disturbing the others and without a needless new transition time. */
import { findCondition, formatTime } from "../../api/mod.ts";

export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  lastUpdateTime?: string;
}

/** The content of a condition: times are added by `setCondition`. */
export type ConditionContent = Pick<Condition, "type" | "status" | "reason" | "message">;

/** The list with this condition; the same array where status and reason are as before. The transition time moves with the status only. */
export function setCondition(
  conditions: readonly Condition[] | undefined,
  content: ConditionContent,
  now: number,
): Condition[] {
  const present = conditions ?? [];
  const old = findCondition(present, content.type);
  if (old?.status === content.status && old.reason === content.reason) return present as Condition[];
  const lastTransitionTime = old?.status === content.status ? old.lastTransitionTime : undefined;
  const condition = { ...content, lastTransitionTime: lastTransitionTime ?? formatTime(now) };
  return [...withoutCondition(present, content.type), condition];
}

export function withoutCondition<C extends Condition>(conditions: readonly C[] | undefined, type: string): C[] {
  return (conditions ?? []).filter((condition) => condition.type !== type);
}
