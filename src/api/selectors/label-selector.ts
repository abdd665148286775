/** Label selectors as they stand in objects. */
import type { LabelSelector, LabelSelectorRequirement } from "../meta/v1/label-selector.ts";
import { everything, nothing, requirement, Selector, SelectorError, type SelectorOperator } from "./selector.ts";

const operators: Readonly<Record<string, SelectorOperator>> = {
  In: "in",
  NotIn: "notin",
  Exists: "exists",
  DoesNotExist: "!",
};

/** An absent selector selects nothing, an empty one everything. Throws `SelectorError` for what is no valid selector. */
export function labelSelectorAsSelector(selector: LabelSelector | undefined): Selector {
  if (!selector) return nothing;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  const equal = Object.entries(matchLabels).map(([key, value]) => requirement(key, "=", [value]));
  const rest = matchExpressions.map(expression);
  return equal.length + rest.length === 0 ? everything : new Selector([...equal, ...rest]);
}

function expression({ key, operator, values = [] }: LabelSelectorRequirement) {
  const known = operators[operator];
  if (!known) throw new SelectorError(`"${operator}" is not a valid label selector operator`);
  return requirement(key, known, values);
}
