/** Resources of a pod as a whole (KEP-2837): by themselves, and against those of its containers. */
import {
  type Amounts,
  compareQuantities,
  containerAmounts,
  type corev1,
  isHugePages,
  isResourceOfPods,
} from "../../../api/mod.ts";
import { type FieldError, forbidden, invalid, notSupported } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { validateResources } from "../../validation/quantity-rules.ts";
import { validateClaimShares } from "./pod-claim-validation.ts";

const kinds = ["limits", "requests"] as const;
const supported = ["cpu", "hugepages-", "memory"];

export function validatePodResources(spec: corev1.PodSpec, path: FieldPath): FieldError[] {
  const { limits, requests, claims } = spec.resources ?? {};
  const errors = claims?.length
    ? [forbidden(path.child("claims"), "claims may not be set for Resources at pod-level")]
    : [];
  for (const kind of kinds)
    for (const name of Object.keys(spec.resources?.[kind] ?? {}))
      if (!isResourceOfPods(name)) errors.push(notSupported(path.child(kind).key(name), name, supported));
  validateResources({ limits: known(limits), requests: known(requests) }, path, errors);
  validateClaimShares(claims, spec, path, errors);
  for (const kind of kinds.toReversed()) errors.push(...aggregateErrors(spec, kind, path));
  return [...errors, ...containerErrors(spec, path)];
}

function known(amounts: Amounts = {}): Amounts {
  return Object.fromEntries(Object.entries(amounts).filter(([name]) => isResourceOfPods(name)));
}

/** Containers may together be limited to more than their pod is, but for huge pages, which are not overcommitted. */
function aggregateErrors(spec: corev1.PodSpec, kind: (typeof kinds)[number], path: FieldPath): FieldError[] {
  const together = containerAmounts(spec, kind);
  return Object.entries(known(together)).flatMap(([name, amount]) => {
    const own = spec.resources?.[kind]?.[name];
    if (own === undefined || (kind === "limits" && !isHugePages(name))) return [];
    if (compareQuantities(own, amount) >= 0) return [];
    const rule = `must be greater than or equal to aggregate container ${kind} of ${amount}`;
    return [invalid(path.child(kind).key(name), own, rule)];
  });
}

function containerErrors({ containers = [], resources }: corev1.PodSpec, path: FieldPath): FieldError[] {
  return containers.flatMap((container, position) =>
    Object.entries(known(container.resources?.limits)).flatMap(([name, amount]) => {
      const most = resources?.limits?.[name];
      if (most === undefined || compareQuantities(amount, most) <= 0) return [];
      const at = path.child("containers").index(position).key(name).child("limits");
      return [invalid(at, amount, `must be less than or equal to pod limits of ${most}`)];
    }),
  );
}
