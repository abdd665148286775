/** Rules by which webhooks and policies choose requests. */
import { admissionregistrationv1 } from "../../../api/mod.ts";
import { type FieldError, invalid, notSupported, required } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { presentWord } from "../../validation/rules.ts";

const operations: readonly string[] = admissionregistrationv1.operationType.enum;
const scopes: readonly string[] = admissionregistrationv1.scopeType.enum;

export function validateRule(rule: admissionregistrationv1.RuleWithOperations, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (!rule.operations?.length) errors.push(required(path.child("operations")));
  if ((rule.operations?.length ?? 0) > 1 && rule.operations?.includes("*"))
    errors.push(
      invalid(path.child("operations"), rule.operations, "if '*' is present, must not specify other operations"),
    );
  for (const [position, operation] of (rule.operations ?? []).entries())
    if (!operations.includes(operation))
      errors.push(notSupported(path.child("operations").index(position), operation, operations));
  for (const [key, what] of [
    ["apiGroups", "API groups"],
    ["apiVersions", "API versions"],
  ] as const) {
    const list = rule[key] ?? [];
    if (list.length === 0) errors.push(required(path.child(key)));
    if (list.length > 1 && list.includes("*"))
      errors.push(invalid(path.child(key), list, `if '*' is present, must not specify other ${what}`));
  }
  if (rule.apiVersions?.includes(""))
    errors.push(required(path.child("apiVersions").index(rule.apiVersions.indexOf(""))));
  errors.push(...validateResources(rule.resources ?? [], path.child("resources")));
  return [...errors, ...presentWord(rule.scope, scopes, path.child("scope"))];
}

/** Patterns must not say twice what one of them says already. */
function validateResources(resources: readonly string[], path: FieldPath): FieldError[] {
  if (resources.length === 0) return [required(path)];
  const errors: FieldError[] = [];
  const wholes = new Set<string>();
  const parts = new Set<string>();
  for (const [position, pattern] of resources.entries()) {
    const [resource = "", subresource] = pattern.split("/", 2);
    const at = path.index(position);
    if (pattern === "") errors.push(required(at));
    if (wholes.has(resource))
      errors.push(invalid(at, pattern, `if '${resource}/*' is present, must not specify ${pattern}`));
    if (subresource !== undefined && parts.has(subresource))
      errors.push(invalid(at, pattern, `if '*/${subresource}' is present, must not specify ${pattern}`));
    if (subresource === "*") wholes.add(resource);
    if (resource === "*" && subresource !== undefined) parts.add(subresource);
  }
  return [...errors, ...starProblems(resources, path)];
}

function starProblems(resources: readonly string[], path: FieldPath): FieldError[] {
  const all = resources.length > 1 && resources.includes("*/*");
  if (all) return [invalid(path, resources, "if '*/*' is present, must not specify other resources")];
  const plain = resources.filter((pattern) => pattern !== "" && pattern.split("/").length !== 2);
  if (!plain.includes("*") || plain.at(-1) === "*") return [];
  const text = "if '*' is present, must not specify other resources without subresources";
  return [invalid(path, resources, text)];
}
