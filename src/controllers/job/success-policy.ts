/** Whether the indexes that succeeded so far are enough for the Job (KEP-3998). Pure. */
import type { batchv1 } from "../../api/mod.ts";
import { parseIndexes } from "./indexes.ts";

/** The message of the condition, or undefined where no rule is met yet. */
export function matchSuccessPolicy(
  policy: batchv1.SuccessPolicy | undefined,
  succeeded: ReadonlySet<number>,
  completions: number,
): string | undefined {
  const index = (policy?.rules ?? []).findIndex((rule) => isMet(rule, succeeded, completions));
  return index < 0 ? undefined : `Matched rules at index ${index}`;
}

function isMet(rule: batchv1.SuccessPolicyRule, succeeded: ReadonlySet<number>, completions: number): boolean {
  if (rule.succeededIndexes === undefined) return succeeded.size >= (rule.succeededCount ?? completions);
  const wanted = parseIndexes(rule.succeededIndexes, completions);
  const reached = [...wanted].filter((index) => succeeded.has(index)).length;
  return reached >= (rule.succeededCount ?? wanted.size);
}
