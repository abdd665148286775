import { type Amounts, amountsOf, isEmpty, podCapacity } from "../amounts.ts";
import type { ClusterEvent, Plugin, Rejection } from "../framework.ts";
import type { NodeInfo } from "../node-info.ts";
import type { PodInfo } from "../pod-info.ts";

/** CPU, memory, ephemeral storage, extended resources and the number of pods; scores nodes by what would be left. */
export const nodeResourcesFit: Plugin = {
  name: "NodeResourcesFit",
  prepareFilter: ({ requests }) => {
    const countOnly = isEmpty(requests);
    return { filter: { check: (node) => (fits(requests, node, countOnly) ? undefined : shortage(requests, node)) } };
  },
  prepareScore: ({ presumed }) => ({ score: (node) => leastAllocated(presumed, node) }),
  mayHelp: (event, pod) => freesRoom(event, pod),
};

/** The common case, without making anything. */
function fits(requests: Amounts, node: NodeInfo, countOnly: boolean): boolean {
  if (node.pods.size + 1 > node.allowedPods) return false;
  if (countOnly) return true;
  const { allocatable, requested } = node;
  if (requests.milliCpu > 0 && requested.milliCpu + requests.milliCpu > allocatable.milliCpu) return false;
  if (requests.memory > 0 && requested.memory + requests.memory > allocatable.memory) return false;
  const storage = requests.ephemeralStorage;
  if (storage > 0 && requested.ephemeralStorage + storage > allocatable.ephemeralStorage) return false;
  for (const [name, amount] of requests.scalars) {
    if (amount > (allocatable.scalars.get(name) ?? 0) - (requested.scalars.get(name) ?? 0)) return false;
  }
  return true;
}

interface Comparison {
  readonly name: string;
  readonly wanted: number;
  readonly used: number;
  readonly capacity: number;
}

/** Says everything that is short. What exceeds the whole node, no removal of pods can give. */
function shortage(requests: Amounts, node: NodeInfo): Rejection {
  const short = comparisons(requests, node).filter(
    ({ wanted, used, capacity }) => wanted > 0 && used + wanted > capacity,
  );
  const reasons = short.map(({ name }) => `Insufficient ${name}`);
  if (node.pods.size + 1 > node.allowedPods) reasons.unshift("Too many pods");
  return { reasons, resolvable: short.every(({ wanted, capacity }) => wanted <= capacity) };
}

function comparisons(requests: Amounts, { allocatable, requested }: NodeInfo): readonly Comparison[] {
  const plain = (["milliCpu", "memory", "ephemeralStorage"] as const).map((field) => ({
    name: resourceNames[field],
    wanted: requests[field],
    used: requested[field],
    capacity: allocatable[field],
  }));
  const scalars = [...requests.scalars].map(([name, wanted]) => ({
    name,
    wanted,
    used: requested.scalars.get(name) ?? 0,
    capacity: allocatable.scalars.get(name) ?? 0,
  }));
  return [...plain, ...scalars];
}

const resourceNames = { milliCpu: "cpu", memory: "memory", ephemeralStorage: "ephemeral-storage" } as const;

function leastAllocated(presumed: PodInfo["presumed"], node: NodeInfo): number {
  const cpu = freeShare(node.presumed.milliCpu + presumed.milliCpu, node.allocatable.milliCpu);
  const memory = freeShare(node.presumed.memory + presumed.memory, node.allocatable.memory);
  const counted = (cpu === undefined ? 0 : 1) + (memory === undefined ? 0 : 1);
  return counted === 0 ? 0 : Math.trunc(((cpu ?? 0) + (memory ?? 0)) / counted);
}

/** 0 to 100; `undefined` where the node has none of the resource. */
function freeShare(used: number, capacity: number): number | undefined {
  if (capacity === 0) return undefined;
  return used > capacity ? 0 : Math.trunc(((capacity - used) * 100) / capacity);
}

function freesRoom(event: ClusterEvent, pod: PodInfo): boolean {
  switch (event.kind) {
    case "node-added":
    case "node-changed":
      return couldHold(event.node.status?.allocatable, pod.requests);
    case "pod-removed":
      return true;
    case "pod-changed":
      return shrank(event.old.requests, event.pod.requests);
    default:
      return false;
  }
}

function couldHold(quantities: Parameters<typeof amountsOf>[0], requests: Amounts): boolean {
  const capacity = amountsOf(quantities);
  return (
    podCapacity(quantities) > 0 &&
    requests.milliCpu <= capacity.milliCpu &&
    requests.memory <= capacity.memory &&
    requests.ephemeralStorage <= capacity.ephemeralStorage &&
    [...requests.scalars].every(([name, amount]) => amount <= (capacity.scalars.get(name) ?? 0))
  );
}

function shrank(old: Amounts, now: Amounts): boolean {
  return now.milliCpu < old.milliCpu || now.memory < old.memory || now.ephemeralStorage < old.ephemeralStorage;
}
