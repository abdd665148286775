import { type corev1, qualifiedNameProblems } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { type FieldError, invalid } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";

export function validateNamespaceUpdate(
  object: corev1.Namespace,
  _old: corev1.Namespace,
  context: RequestContext,
): FieldError[] {
  if (context.subresource === "status") return validateStatus(object);
  if (context.subresource !== "finalize") return [];
  const path = field("spec", "finalizers");
  return (object.spec?.finalizers ?? []).flatMap((name, position) =>
    validateFinalizer(name).map((problem) => invalid(path.index(position), name, problem)),
  );
}

export function validateNamespace(object: corev1.Namespace): FieldError[] {
  const path = field("spec", "finalizers");
  return (object.spec?.finalizers ?? []).flatMap((name) =>
    validateFinalizer(name).map((problem) => invalid(path, name, problem)),
  );
}

function validateFinalizer(name: string): string[] {
  const problems = qualifiedNameProblems(name);
  if (name.includes("/") || name === "kubernetes") return problems;
  return [...problems, "name is neither a standard finalizer name nor is it fully qualified"];
}

function validateStatus({ metadata, status }: corev1.Namespace): FieldError[] {
  const path = field("status", "Phase");
  if (metadata.deletionTimestamp)
    return status?.phase === "Terminating"
      ? []
      : [invalid(path, status?.phase ?? "", "may only be 'Terminating' if `deletionTimestamp` is not empty")];
  return status?.phase === "Active"
    ? []
    : [invalid(path, status?.phase ?? "", "may only be 'Active' if `deletionTimestamp` is empty")];
}
