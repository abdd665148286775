/** Counts of pods, as controllers report them. */
import { type FieldError, invalid } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { nonNegative } from "../../validation/rules.ts";

export interface CountRules<T> {
  /** None of these is negative. Errors come in this order. */
  readonly counts: readonly (keyof T & string)[];
  /** Of these there are not more than there are replicas. */
  readonly parts?: readonly (keyof T & string)[];
  /** How the message names the ready ones. */
  readonly readyName?: string;
}

export function validateCounts<T extends object>(
  status: T | undefined,
  { counts, parts = [], readyName = "readyReplicas" }: CountRules<T>,
): FieldError[] {
  const path = field("status");
  const of = (key: string) => Number((status as Record<string, unknown> | undefined)?.[key] ?? 0);
  const errors = counts.flatMap((key) => nonNegative(of(key), path.child(key)));
  for (const key of parts)
    if (of(key) > of("replicas"))
      errors.push(invalid(path.child(key), of(key), "cannot be greater than status.replicas"));
  if (parts.includes("availableReplicas" as keyof T & string) && of("availableReplicas") > of("readyReplicas"))
    errors.push(
      invalid(path.child("availableReplicas"), of("availableReplicas"), `cannot be greater than ${readyName}`),
    );
  return errors;
}

/** A count that only grows, or says that it never was. */
export function neverLess(count: number | undefined, before: number | undefined, path: FieldPath): FieldError[] {
  return before !== undefined && (count ?? 0) < before ? [invalid(path, count ?? 0, "cannot be decremented")] : [];
}
