/** Conditions of a status, which has one of a type. */

export interface ConditionState {
  readonly type: string;
  readonly status: string;
}

export function findCondition<C extends ConditionState>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** Unknown is not true, and neither is absent. */
export function isConditionTrue(conditions: readonly ConditionState[] | undefined, type: string): boolean {
  return findCondition(conditions, type)?.status === "True";
}
