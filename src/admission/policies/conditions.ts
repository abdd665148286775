/** Match conditions: expressions of which all must be true for a policy or a webhook to be asked. */
import type { admissionregistrationv1 } from "../../api/mod.ts";
import { Budget, CostError, celTypes, type Environment, EvaluationError, type Variables } from "../../cel/mod.ts";
import { joinReasons } from "../refusal.ts";
import { type Compiled, compile, conditionsCostLimit, run } from "./expressions.ts";

export interface CompiledCondition {
  readonly expression: string;
  readonly compiled: Compiled;
}

export function compileConditions(
  conditions: readonly admissionregistrationv1.MatchCondition[] | undefined,
  environment: Environment,
): readonly CompiledCondition[] {
  return (conditions ?? []).map(({ expression }) => ({
    expression,
    compiled: compile(expression, environment, celTypes.bool),
  }));
}

/**
 * One that is false outweighs those that fail. Throws `EvaluationError` where some fail and none is false, with upstream's words.
 */
export function conditionsHold(conditions: readonly CompiledCondition[], variables: Variables): boolean {
  const budget = new Budget(conditionsCostLimit);
  const problems: string[] = [];
  for (const { expression, compiled } of conditions) {
    try {
      if (run(compiled, variables, budget) !== true) return false;
    } catch (error) {
      if (!(error instanceof EvaluationError || error instanceof CostError)) throw error;
      problems.push(`expression '${expression}' resulted in error: ${error.message}`);
    }
  }
  if (problems.length > 0) throw new EvaluationError(joinReasons(problems));
  return true;
}
