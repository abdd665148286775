import { corev1, isHugePages, qualifiedNameProblems } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { type FieldError, invalid, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import { amountErrors } from "../../validation/quantity-rules.ts";
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
  const unfit = unfitNames(spec?.hard);
  return [
    ...validateAmounts(spec?.hard, path.child("hard")),
    ...validateScopes(spec?.scopes ?? [], unfit, path.child("scopes")),
    ...validateSelector(spec?.scopeSelector, unfit, path.child("scopeSelector", "matchExpressions")),
  ];
}

function validateAmounts(list: Readonly<Record<string, string>> | undefined, path: FieldPath): FieldError[] {
  return Object.entries(list ?? {}).flatMap(([name, amount]) => {
    const at = path.key(name);
    const errors = qualifiedNameProblems(name).map((problem) => invalid(at, name, problem));
    if (!name.includes("/") && !isStandard(name)) {
      if (errors.length === 0) errors.push(invalid(at, name, "must be a standard resource type or fully qualified"));
      errors.push(invalid(at, name, "must be a standard resource for quota"));
    }
    return [...errors, ...amountErrors(name, amount, at)];
  });
}

function validateScopes(list: readonly string[], unfit: UnfitNames, at: FieldPath): FieldError[] {
  const errors = list.flatMap((scope) => [
    ...(scopes.has(scope) ? [] : [invalid(at, list, "unsupported scope")]),
    ...(unfit.get(scope) ?? []).map(() => invalid(at, list, unfitText)),
  ]);
  for (const pair of [
    ["BestEffort", "NotBestEffort"],
    ["Terminating", "NotTerminating"],
  ])
    if (pair.every((scope) => list.includes(scope))) errors.push(invalid(at, list, "conflicting scopes"));
  return errors;
}

function isStandard(name: string): boolean {
  return standard.has(name) || isHugePages(name) || name.startsWith("requests.hugepages-");
}

const unfitText = "unsupported scope applied to resource";
const podAmounts = ["cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"];
const byScope: Readonly<Record<string, readonly string[]>> = Object.freeze({
  BestEffort: ["pods"],
  Terminating: ["pods", ...podAmounts],
  NotTerminating: ["pods", ...podAmounts],
  NotBestEffort: ["pods", ...podAmounts],
  PriorityClass: ["pods", ...podAmounts],
  CrossNamespacePodAffinity: ["pods", ...podAmounts],
  VolumeAttributesClass: ["persistentvolumeclaims", "requests.storage"],
});

/** By scope: what the quota counts and the scope knows nothing of. */
type UnfitNames = ReadonlyMap<string, readonly string[]>;

/** Found once for each scope there is: a body may name one tens of thousands of times, and count as many things. */
function unfitNames(hard: corev1.ResourceQuotaSpec["hard"]): UnfitNames {
  const counted = Object.keys(hard ?? {}).filter(isStandard);
  const unfit = ([scope, fitting]: [string, readonly string[]]) =>
    [scope, counted.filter((name) => !fitting.includes(name))] as const;
  return new Map(Object.entries(byScope).map(unfit));
}

const withoutValues = ["BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity"];
const existsText =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";

function validateSelector(
  selector: corev1.ScopeSelector | undefined,
  unfit: UnfitNames,
  path: FieldPath,
): FieldError[] {
  let printed: unknown;
  return (selector?.matchExpressions ?? []).flatMap((requirement) => {
    const { scopeName, operator } = requirement;
    const errors = scopes.has(scopeName) ? [] : [invalid(path.child("scopeName"), scopeName, "unsupported scope")];
    for (const _ of unfit.get(scopeName) ?? []) {
      printed ??= internalForm(corev1.scopeSelector, selector);
      errors.push(invalid(path, printed, unfitText));
    }
    if (withoutValues.includes(scopeName) && operator !== "Exists")
      errors.push(invalid(path.child("operator"), operator, existsText));
    return [...errors, ...validateOperator(requirement, path)];
  });
}

function validateOperator(
  { operator, values }: corev1.ScopedResourceSelectorRequirement,
  path: FieldPath,
): FieldError[] {
  const some = (values?.length ?? 0) > 0;
  switch (operator) {
    case "In":
    case "NotIn": {
      const text = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
      return some ? [] : [required(path.child("values"), text)];
    }
    case "Exists":
    case "DoesNotExist": {
      const text = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
      return some ? [invalid(path.child("values"), values, text)] : [];
    }
    default:
      return [invalid(path.child("operator"), operator, "not a valid selector operator")];
  }
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
