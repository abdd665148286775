/** Counts of pods, as controllers report them. */
import { type FieldError, invalid } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { nonNegative } from "../../validation/rules.ts";

const total = "cannot be greater than status.replicas";

/** None is negative, and of those ready or available there are not more than there are pods. */
export function validateCounts<K extends string>(
  status: ({ readonly replicas?: number } & { readonly [key in K]?: unknown }) | undefined,
  keys: readonly K[],
): FieldError[] {
  const path = field("status");
  const counts: Record<string, number> = { replicas: status?.replicas ?? 0 };
  for (const key of keys) counts[key] = Number(status?.[key] ?? 0);
  const errors = Object.entries(counts).flatMap(([key, count]) => nonNegative(count, path.child(key)));
  for (const key of ["updatedReplicas", "readyReplicas", "availableReplicas", "fullyLabeledReplicas"])
    if ((counts[key] ?? 0) > counts["replicas"]!) errors.push(invalid(path.child(key), counts[key], total));
  if ((counts["availableReplicas"] ?? 0) > (counts["readyReplicas"] ?? Number.POSITIVE_INFINITY))
    errors.push(
      invalid(path.child("availableReplicas"), counts["availableReplicas"], "cannot be greater than readyReplicas"),
    );
  return errors;
}
