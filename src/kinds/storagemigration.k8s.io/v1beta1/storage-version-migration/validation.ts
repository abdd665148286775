/** What is refused, in upstream's words. */
import { dns1035LabelProblems, dns1123SubdomainProblems, isConditionTrue, type metav1 } from "../../../../api/mod.ts";
import {
  type FieldError,
  type FieldPath,
  field,
  fieldErrors,
  internalForm,
  type RequestContext,
  rules,
  validateConditions,
} from "../../../../apiserver/mod.ts";
import { type StorageVersionMigration, type StorageVersionMigrationStatus, specSchema } from "./schema.ts";

const { invalid, required } = fieldErrors;
const { optionalText, sameJson, textErrors } = rules;

export function validateMigration({ spec }: StorageVersionMigration): FieldError[] {
  const { group, resource } = spec?.resource ?? { group: "", resource: "" };
  const at = field("spec", "resource");
  return [
    ...optionalText(group, dns1123SubdomainProblems, at.child("group")),
    ...(resource
      ? textErrors(resource, dns1035LabelProblems, at.child("resource"))
      : [required(at.child("resource"), "resource is required to be set")]),
  ];
}

export function validateMigrationUpdate(
  object: StorageVersionMigration,
  old: StorageVersionMigration,
  { subresource }: RequestContext,
): FieldError[] {
  if (subresource === "status") return validateStatus(object.status ?? {}, old.status ?? {});
  if (sameJson(object.spec, old.spec)) return [];
  return [invalid(field("spec"), internalForm(specSchema, object.spec), "field is immutable")];
}

function validateStatus(status: StorageVersionMigrationStatus, old: StorageVersionMigrationStatus): FieldError[] {
  const at = field("status");
  return [
    ...validateResourceVersion(status.resourceVersion ?? "", old.resourceVersion ?? "", at.child("resourceVersion")),
    ...validateConditions(status.conditions, at.child("conditions")),
    ...validateOutcome(status.conditions ?? [], old.conditions ?? [], at.child("conditions")),
  ];
}

/** Objects up to it are rewritten: once said, it stays. */
function validateResourceVersion(version: string, old: string, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (version !== "" && !/^(0|[1-9]\d*)$/.test(version))
    errors.push(invalid(at, version, `resource version is not well formed: ${version}`));
  if (old !== "" && version !== old) errors.push(invalid(at, version, "field is immutable"));
  return errors;
}

/** A migration ends once, in one way. */
function validateOutcome(
  conditions: readonly metav1.Condition[],
  old: readonly metav1.Condition[],
  at: FieldPath,
): FieldError[] {
  const is = (type: string) => isConditionTrue(conditions, type);
  const was = (type: string) => isConditionTrue(old, type);
  const problems = [
    is("Succeeded") && is("Failed") && "Both success and failed conditions cannot be true at the same time",
    was("Succeeded") && !is("Succeeded") && "Success condition cannot be set to false once it is true",
    was("Failed") && !is("Failed") && "Failed condition cannot be set to false once it is true",
  ];
  return problems.flatMap((problem) => (problem ? [invalid(at, conditions, problem)] : []));
}
