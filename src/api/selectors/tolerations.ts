/** Whether a pod bears a node's taints. */
import type { Taint, Toleration } from "../core/v1/node-selector.ts";

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
      return compareNumbers(toleration, taint, (wanted, actual) => actual < wanted);
    case "Gt":
      return compareNumbers(toleration, taint, (wanted, actual) => actual > wanted);
    default:
      return false;
  }
}

function compareNumbers(
  toleration: Toleration,
  taint: Mark,
  holds: (wanted: bigint, actual: bigint) => boolean,
): boolean {
  const integer = /^-?\d+$/;
  const [wanted, actual] = [toleration.value ?? "", taint.value ?? ""];
  return integer.test(wanted) && integer.test(actual) && holds(BigInt(wanted), BigInt(actual));
}
