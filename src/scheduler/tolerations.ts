/** Whether a pod bears a node's taints. */
import type { corev1 } from "../api/mod.ts";

type Taint = Pick<corev1.Taint, "key" | "effect" | "value">;

export function tolerates(tolerations: readonly corev1.Toleration[] | undefined, taint: Taint): boolean {
  return tolerations?.some((toleration) => tolerationMatches(toleration, taint)) ?? false;
}

/** An empty key with `Exists` bears every taint; an empty effect bears every effect. */
function tolerationMatches(toleration: corev1.Toleration, taint: Taint): boolean {
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
  toleration: corev1.Toleration,
  taint: Taint,
  holds: (wanted: bigint, actual: bigint) => boolean,
): boolean {
  const integer = /^-?\d+$/;
  const [wanted, actual] = [toleration.value ?? "", taint.value ?? ""];
  return integer.test(wanted) && integer.test(actual) && holds(BigInt(wanted), BigInt(actual));
}
