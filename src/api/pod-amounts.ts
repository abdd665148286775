/** What the containers of a pod ask for, and may use, together. */
import type { PodSpec } from "./core/v1/pod-spec.ts";
import { addQuantities, maxQuantity } from "./quantity.ts";

export type Amounts = Readonly<Record<string, string>>;
export type AmountKind = "requests" | "limits";

/** Containers run together, init containers one after the other before them, each beside the sidecars that were started before it (KEP-753). */
export function containerAmounts({ containers = [], initContainers = [] }: PodSpec, kind: AmountKind): Amounts {
  const running = containers.reduce<Amounts>((sum, { resources }) => addAmounts(sum, resources?.[kind]), {});
  let sidecars: Amounts = {};
  let starting: Amounts = {};
  for (const { restartPolicy, resources } of initContainers) {
    const together = addAmounts(sidecars, resources?.[kind]);
    if (restartPolicy === "Always") sidecars = together;
    starting = joined(starting, together, maxQuantity);
  }
  return joined(addAmounts(running, sidecars), starting, maxQuantity);
}

export const addAmounts = (left: Amounts, right: Amounts = {}): Amounts => joined(left, right, addQuantities);

function joined(left: Amounts, right: Amounts, join: (one: string, other: string) => string): Amounts {
  const result: Record<string, string> = { ...left };
  for (const [name, amount] of Object.entries(right)) {
    const before = result[name];
    result[name] = before === undefined ? amount : join(before, amount);
  }
  return result;
}

/** What can be asked for by a pod as a whole (KEP-2837). */
export const isResourceOfPods = (name: string): boolean => name === "cpu" || name === "memory" || isHugePages(name);

export const isHugePages = (name: string): boolean => name.startsWith("hugepages-");
