import { type corev1, parseQuantity, qualifiedNameProblems } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { type FieldError, invalid } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { sameJson } from "../../validation/rules.ts";

/** What a quota can count beside `count/…` and extended resources. */
const standard: ReadonlySet<string> = new Set([
  "cpu",
  "memory",
  "ephemeral-storage",
  "requests.cpu",
  "requests.memory",
  "requests.storage",
  "requests.ephemeral-storage",
  "limits.cpu",
  "limits.memory",
  "limits.ephemeral-storage",
  "pods",
  "resourcequotas",
  "services",
  "replicationcontrollers",
  "secrets",
  "persistentvolumeclaims",
  "configmaps",
  "services.nodeports",
  "services.loadbalancers",
]);
const scopes: ReadonlySet<string> = new Set([
  "Terminating",
  "NotTerminating",
  "BestEffort",
  "NotBestEffort",
  "PriorityClass",
  "CrossNamespacePodAffinity",
  "VolumeAttributesClass",
]);

export function validateResourceQuota({ spec }: corev1.ResourceQuota): FieldError[] {
  const path = field("spec");
  return [...validateAmounts(spec?.hard, path.child("hard")), ...validateScopes(spec, path)];
}

function validateAmounts(list: Readonly<Record<string, string>> | undefined, path: FieldPath): FieldError[] {
  return Object.entries(list ?? {}).flatMap(([name, amount]) => {
    const at = path.key(name);
    const errors = qualifiedNameProblems(name).map((problem) => invalid(at, name, problem));
    if (errors.length === 0 && !name.includes("/") && !standard.has(name) && !name.includes("hugepages-"))
      errors.push(
        invalid(at, name, "must be a standard resource type or fully qualified"),
        invalid(at, name, "must be a standard resource for quota"),
      );
    if (parseQuantity(amount).sign() < 0) errors.push(invalid(at, amount, "must be greater than or equal to 0"));
    return errors;
  });
}

function validateScopes(spec: corev1.ResourceQuotaSpec | undefined, path: FieldPath): FieldError[] {
  const list: readonly string[] = spec?.scopes ?? [];
  const at = path.child("scopes");
  const errors = list.filter((scope) => !scopes.has(scope)).map(() => invalid(at, list, "unsupported scope"));
  for (const pair of [
    ["BestEffort", "NotBestEffort"],
    ["Terminating", "NotTerminating"],
  ])
    if (pair.every((scope) => list.includes(scope))) errors.push(invalid(at, list, "conflicting scopes"));
  return errors;
}

export function validateResourceQuotaUpdate(
  object: corev1.ResourceQuota,
  old: corev1.ResourceQuota,
  context: RequestContext,
): FieldError[] {
  if (context.subresource === "status")
    return [
      ...validateAmounts(object.status?.hard, field("status", "hard")),
      ...validateAmounts(object.status?.used, field("status", "used")),
    ];
  const sorted = (list: readonly string[] | undefined) => [...(list ?? [])].sort();
  const errors = validateResourceQuota(object);
  if (!sameJson(sorted(object.spec?.scopes), sorted(old.spec?.scopes)))
    errors.push(invalid(field("spec", "scopes"), object.spec?.scopes, "field is immutable"));
  return errors;
}
