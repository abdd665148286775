/** Defaults of resources of a pod as a whole (KEP-2837): what its containers say, where the pod itself says less. */
import type { PodSpec } from "../core/v1/pod-spec.ts";
import { addQuantities, maxQuantity } from "../quantity.ts";

type Amounts = Record<string, string>;

/** Runs after the containers' own requests are filled in. A pod without limits of its own is left alone. */
export function setPodResources(spec: PodSpec): void {
  const { resources } = spec;
  if (!resources?.limits) return;
  const requests: Amounts = { ...resources.requests };
  for (const [name, amount] of Object.entries(containerRequests(spec))) {
    if (!resourceOfPods(name)) continue;
    requests[name] ??= amount;
    // Huge pages are not overcommitted: what is asked for is the limit.
    if (name.startsWith("hugepages-")) resources.limits[name] ??= amount;
  }
  resources.requests = { ...resources.limits, ...requests };
}

function resourceOfPods(name: string): boolean {
  return name === "cpu" || name === "memory" || name.startsWith("hugepages-");
}

/** What all containers want together: init containers run one by one before the others, sidecars from their turn on. */
function containerRequests({ containers, initContainers = [] }: PodSpec): Amounts {
  const running = containers.reduce<Amounts>((sum, { resources }) => add(sum, resources?.requests), {});
  let sidecars: Amounts = {};
  let starting: Amounts = {};
  for (const { restartPolicy, resources } of initContainers) {
    if (restartPolicy === "Always") sidecars = add(sidecars, resources?.requests);
    starting = largest(starting, restartPolicy === "Always" ? sidecars : add(sidecars, resources?.requests));
  }
  return largest(add(running, sidecars), starting);
}

function add(left: Amounts, right: Amounts | undefined): Amounts {
  const sum = { ...left };
  for (const [name, amount] of Object.entries(right ?? {})) {
    const before = sum[name];
    sum[name] = before === undefined ? amount : addQuantities(before, amount);
  }
  return sum;
}

function largest(left: Amounts, right: Amounts): Amounts {
  const result = { ...left };
  for (const [name, amount] of Object.entries(right)) {
    const before = result[name];
    result[name] = before === undefined ? amount : maxQuantity(before, amount);
  }
  return result;
}
