/** What a pod as a whole asks for, and may use at most. */
import { type AmountKind, type Amounts, addAmounts, containerAmounts, type corev1 } from "../api/mod.ts";

/** `overhead` of the runtime is part of what the pod takes; pod-level amounts replace the sum where they are given (KEP-2837). */
export function podAmounts(pod: corev1.Pod, kind: AmountKind): Amounts {
  return withOverhead(ownAmounts(pod, kind), pod.spec.overhead ?? {}, kind);
}

/** What the pod says for itself, without the overhead. */
export function ownAmounts({ spec }: corev1.Pod, kind: AmountKind): Amounts {
  return { ...containerAmounts(spec, kind), ...spec.resources?.[kind] };
}

/** A limit that nobody set is not made by overhead. */
function withOverhead(amounts: Amounts, overhead: Amounts, kind: AmountKind): Amounts {
  const counted = Object.entries(overhead).filter(([name]) => kind === "requests" || amounts[name] !== undefined);
  return addAmounts(amounts, Object.fromEntries(counted));
}
