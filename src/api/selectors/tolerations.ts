/** Whether a pod bears a node's taints. */
import type { Taint, Toleration } from "../core/v1/node-selector.ts";
import { compareIntegers } from "./integer.ts";

type Mark = Pick<Taint, "key" | "effect" | "value">;

export function tolerates(tolerations: readonly Toleration[] | undefined, taint: Mark): boolean {
  return tolerations?.some((toleration) => toleratesTaint(toleration, taint)) ?? false;
}

/** An empty key with `Exists` bears every taint; an empty effect bears every effect. */
export function toleratesTaint(toleration: Toleration, taint: Mark): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  switch (toleration.operator || "Equal") {
    case "Exists":
      return true;
    case "Equal":
      return toleration.key !== undefined && (toleration.value ?? "") === (taint.value ?? "");
    case "Lt":
      return compareIntegers(taint.value, toleration.value) === -1;
    case "Gt":
      return compareIntegers(taint.value, toleration.value) === 1;
    default:
      return false;
  }
}
