/** What a pod as a whole asks for, and may use at most. */
import { addQuantities, compareQuantities, type corev1 } from "../api/mod.ts";

export type Amounts = Readonly<Record<string, string>>;
export type AmountKind = "requests" | "limits";

export function addAmounts(left: Amounts, right: Amounts): Amounts {
  const sum: Record<string, string> = { ...left };
  for (const [name, amount] of Object.entries(right)) {
    const known = sum[name];
    sum[name] = known === undefined ? amount : addQuantities(known, amount);
  }
  return sum;
}

function maxAmounts(left: Amounts, right: Amounts): Amounts {
  const most: Record<string, string> = { ...left };
  for (const [name, amount] of Object.entries(right)) {
    const known = most[name];
    if (known === undefined || compareQuantities(known, amount) < 0) most[name] = amount;
  }
  return most;
}

type Sized = Pick<corev1.Container, "resources" | "restartPolicy">;

function amountsOf(container: Sized, kind: AmountKind): Amounts {
  return container.resources?.[kind] ?? {};
}

/**
 * Containers run together, init containers one after the other, each beside the sidecars that were started before it (KEP-753). `overhead`
 * of the runtime is part of what the pod takes; pod-level amounts replace the sum where they are given (KEP-2837).
 */
export function podAmounts(pod: corev1.Pod, kind: AmountKind): Amounts {
  let running: Amounts = {};
  for (const container of pod.spec.containers) running = addAmounts(running, amountsOf(container, kind));
  let sidecars: Amounts = {};
  let starting: Amounts = {};
  for (const container of pod.spec.initContainers ?? []) {
    const together = addAmounts(sidecars, amountsOf(container, kind));
    if (container.restartPolicy === "Always") sidecars = together;
    starting = maxAmounts(starting, together);
  }
  const containers = maxAmounts(addAmounts(running, sidecars), starting);
  const whole = { ...containers, ...pod.spec.resources?.[kind] };
  return withOverhead(whole, pod.spec.overhead ?? {}, kind);
}

/** A limit that nobody set is not made by overhead. */
function withOverhead(amounts: Amounts, overhead: Amounts, kind: AmountKind): Amounts {
  const counted = Object.entries(overhead).filter(([name]) => kind === "requests" || amounts[name] !== undefined);
  return addAmounts(amounts, Object.fromEntries(counted));
}
