/** What a job makes of failed pods, and when it is content. */
import type { batchv1 } from "../../../api/mod.ts";
import {
  type FieldError,
  invalid,
  invalidUnprinted,
  notSupported,
  required,
  tooMany,
} from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";

const actions = ["Count", "FailIndex", "FailJob", "Ignore"];
const mostRules = 20;
const mostValues = 255;

export function validateFailurePolicy({ podFailurePolicy, template }: batchv1.JobSpec, path: FieldPath): FieldError[] {
  const at = path.child("podFailurePolicy", "rules");
  const rules = podFailurePolicy?.rules ?? [];
  const errors: FieldError[] = [];
  if (template.spec?.restartPolicy !== "Never") {
    const text = 'only "Never" is supported when podFailurePolicy is specified';
    errors.push(invalid(path.child("template", "spec", "restartPolicy"), template.spec?.restartPolicy ?? "", text));
  }
  if (rules.length > mostRules) errors.push(tooMany(at, rules.length, mostRules));
  const names = new Set(
    [...(template.spec?.containers ?? []), ...(template.spec?.initContainers ?? [])].map(({ name }) => name),
  );
  return [...errors, ...rules.flatMap((rule, position) => validateRule(rule, names, at.index(position)))];
}

function validateRule(rule: batchv1.PodFailurePolicyRule, names: ReadonlySet<string>, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (!rule.action) errors.push(required(path.child("action"), `valid values: ${JSON.stringify(actions)}`));
  else if (!actions.includes(rule.action)) errors.push(notSupported(path.child("action"), rule.action, actions));
  if (rule.onExitCodes) errors.push(...validateExitCodes(rule.onExitCodes, names, path.child("onExitCodes")));
  if (rule.onExitCodes && rule.onPodConditions?.length)
    errors.push(invalidUnprinted(path, "specifying both OnExitCodes and OnPodConditions is not supported"));
  if (!rule.onExitCodes && !rule.onPodConditions?.length)
    errors.push(invalidUnprinted(path, "specifying one of OnExitCodes and OnPodConditions is required"));
  return errors;
}

function validateExitCodes(
  codes: batchv1.PodFailurePolicyOnExitCodesRequirement,
  names: ReadonlySet<string>,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const { containerName, operator, values } = codes;
  if (operator !== "In" && operator !== "NotIn")
    errors.push(notSupported(path.child("operator"), operator ?? "", ["In", "NotIn"]));
  if (containerName !== undefined && !names.has(containerName))
    errors.push(
      invalid(
        path.child("containerName"),
        containerName,
        "must be one of the container or initContainer names in the pod template",
      ),
    );
  const at = path.child("values");
  if (!values?.length) errors.push(invalid(at, values ?? [], "at least one value is required"));
  else if (values.length > mostValues) errors.push(tooMany(at, values.length, mostValues));
  if (operator === "In" && values?.includes(0))
    errors.push(invalid(at.index(values.indexOf(0)), 0, "must not be 0 for the In operator"));
  return errors;
}

export function validateSuccessPolicy(
  { successPolicy, completionMode, completions }: batchv1.JobSpec,
  path: FieldPath,
): FieldError[] {
  const at = path.child("successPolicy");
  if (completionMode !== "Indexed") return [invalid(at, successPolicy, "requires indexed completion mode")];
  const rules = successPolicy?.rules ?? [];
  if (rules.length === 0)
    return [required(at.child("rules"), "at least one rules must be specified when the successPolicy is specified")];
  if (rules.length > mostRules) return [tooMany(at.child("rules"), rules.length, mostRules)];
  return rules.flatMap(({ succeededCount, succeededIndexes }, position) => {
    const under = at.child("rules").index(position);
    if (succeededCount === undefined && succeededIndexes === undefined)
      return [required(under, "at least one of succeededCount or succeededIndexes must be specified")];
    if (succeededCount !== undefined && succeededCount > (completions ?? 0))
      return [
        invalid(
          under.child("succeededCount"),
          succeededCount,
          `must be less than or equal to ${completions} (the number of specified completions)`,
        ),
      ];
    return [];
  });
}
