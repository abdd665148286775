/** What a job makes of failed pods, and when it is content. */
import { batchv1, givenEmpty, qualifiedNameProblems } from "../../../api/mod.ts";
import {
  duplicate,
  type FieldError,
  invalid,
  invalidUnprinted,
  notSupported,
  required,
  tooMany,
} from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import { nonNegative, oneOf, textErrors } from "../../validation/rules.ts";
import { Seen } from "../../validation/seen.ts";
import { countIndexes } from "./job-indexes.ts";

const actions: readonly string[] = batchv1.podFailurePolicyAction.enum;
const mostRules = 20;
const mostValues = 255;

export function validateFailurePolicy(
  { backoffLimitPerIndex, podFailurePolicy, template }: batchv1.JobSpec,
  path: FieldPath,
): FieldError[] {
  const at = path.child("podFailurePolicy", "rules");
  const rules = podFailurePolicy?.rules ?? [];
  const errors: FieldError[] = [];
  if (rules.length > mostRules) errors.push(tooMany(at, rules.length, mostRules));
  const names = new Set(
    [...(template.spec?.containers ?? []), ...(template.spec?.initContainers ?? [])].map(({ name }) => name),
  );
  const byIndex = backoffLimitPerIndex !== undefined;
  return [...errors, ...rules.flatMap((rule, position) => validateRule(rule, { names, byIndex }, at.index(position)))];
}

interface RuleSurroundings {
  /** Of the containers. */
  readonly names: ReadonlySet<string>;
  /** Failures are counted for each index. */
  readonly byIndex: boolean;
}

function validateRule(
  rule: batchv1.PodFailurePolicyRule,
  { names, byIndex }: RuleSurroundings,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  if (rule.action === "FailIndex" && !byIndex)
    errors.push(invalid(path.child("action"), rule.action, "requires the backoffLimitPerIndex to be set"));
  if (!rule.action) errors.push(required(path.child("action"), `valid values: ${listed(actions)}`));
  else if (!actions.includes(rule.action)) errors.push(notSupported(path.child("action"), rule.action, actions));
  if (rule.onExitCodes) errors.push(...validateExitCodes(rule.onExitCodes, names, path.child("onExitCodes")));
  for (const [position, pattern] of (rule.onPodConditions ?? []).entries())
    errors.push(...validatePattern(pattern, path.child("onPodConditions").index(position)));
  if (rule.onExitCodes && rule.onPodConditions?.length)
    errors.push(invalidUnprinted(path, "specifying both OnExitCodes and OnPodConditions is not supported"));
  if (!rule.onExitCodes && !rule.onPodConditions?.length)
    errors.push(invalidUnprinted(path, "specifying one of OnExitCodes and OnPodConditions is required"));
  return errors;
}

/** As upstream's `%q` prints a list. */
function listed(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(" ")}]`;
}

function validatePattern(
  { type, status }: batchv1.PodFailurePolicyOnPodConditionsPattern,
  path: FieldPath,
): FieldError[] {
  return [
    ...textErrors(type ?? "", qualifiedNameProblems, path.child("type")),
    ...oneOf(status, ["False", "True", "Unknown"], path.child("status")),
  ];
}

function validateExitCodes(
  codes: batchv1.PodFailurePolicyOnExitCodesRequirement,
  names: ReadonlySet<string>,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const { containerName, operator, values } = codes;
  const operators: readonly string[] = batchv1.podFailurePolicyOnExitCodesOperator.enum;
  if (!operator) errors.push(required(path.child("operator"), `valid values: ${listed(operators)}`));
  else if (!operators.includes(operator)) errors.push(notSupported(path.child("operator"), operator, operators));
  if (containerName !== undefined && !names.has(containerName))
    errors.push(
      invalid(
        path.child("containerName"),
        containerName,
        "must be one of the container or initContainer names in the pod template",
      ),
    );
  const at = path.child("values");
  if (!values?.length) errors.push(invalid(at, givenEmpty(codes, "values"), "at least one value is required"));
  else if (values.length > mostValues) errors.push(tooMany(at, values.length, mostValues));
  const seen = new Seen<number>();
  for (const [position, value] of (values ?? []).entries()) {
    if (operator === "In" && value === 0)
      errors.push(invalid(at.index(position), 0, "must not be 0 for the In operator"));
    if (seen.again(value)) errors.push(duplicate(at.index(position), value));
  }
  if (values?.some((value, position) => position > 0 && value < values[position - 1]!))
    errors.push(invalid(at, values, "must be ordered"));
  return errors;
}

export function validateSuccessPolicy(
  { successPolicy, completionMode, completions }: batchv1.JobSpec,
  path: FieldPath,
): FieldError[] {
  const at = path.child("successPolicy");
  if (completionMode !== "Indexed")
    return [invalid(at, internalForm(batchv1.successPolicy, successPolicy), "requires indexed completion mode")];
  const rules = successPolicy?.rules ?? [];
  if (rules.length === 0)
    return [required(at.child("rules"), "at least one rules must be specified when the successPolicy is specified")];
  if (rules.length > mostRules) return [tooMany(at.child("rules"), rules.length, mostRules)];
  return rules.flatMap((rule, position) =>
    validateSuccessRule(rule, completions ?? 0, at.child("rules").index(position)),
  );
}

function validateSuccessRule(
  { succeededCount, succeededIndexes }: batchv1.SuccessPolicyRule,
  completions: number,
  path: FieldPath,
): FieldError[] {
  if (succeededCount === undefined && succeededIndexes === undefined)
    return [required(path, "at least one of succeededCount or succeededIndexes must be specified")];
  const errors: FieldError[] = [];
  let indexes = 0;
  if (succeededIndexes !== undefined) {
    const parsed = countIndexes(succeededIndexes, completions);
    if (typeof parsed === "number") indexes = parsed;
    else
      errors.push(
        invalid(path.child("succeededIndexes"), succeededIndexes, `error parsing succeededIndexes: ${parsed.problem}`),
      );
  }
  if (succeededCount === undefined) return errors;
  const at = path.child("succeededCount");
  const most = (count: number, what: string) =>
    invalid(at, succeededCount, `must be less than or equal to ${count} (the number of ${what})`);
  nonNegative(succeededCount, at, errors);
  if (succeededCount > completions) errors.push(most(completions, "specified completions"));
  if (succeededIndexes !== undefined && succeededCount > indexes)
    errors.push(most(indexes, "indexes in the specified succeededIndexes field"));
  return errors;
}
