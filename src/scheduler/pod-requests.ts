/** What a pod asks of a node, from its containers, init containers, sidecars, pod-level resources and overhead. */
import { type corev1, isHugePages } from "../api/mod.ts";
import { type Amounts, addAmounts, amountsOf, emptyAmounts, type QuantityMap, raiseAmounts } from "./amounts.ts";

/** What scoring takes a container to need where it names nothing, so that such pods spread too. */
const presumed = { cpu: "100m", memory: "200Mi" } as const;

export interface PodRequests {
  readonly requests: Amounts;
  /** As `requests`, with a presumed amount for each container that names no CPU or memory. */
  readonly presumed: { readonly milliCpu: number; readonly memory: number };
}

export function podRequests(pod: corev1.Pod): PodRequests {
  const requests = total(pod, (quantities) => quantities);
  const padded = total(pod, (quantities) => ({ ...presumed, ...quantities }));
  return { requests, presumed: { milliCpu: padded.milliCpu, memory: padded.memory } };
}

type Read = (quantities: QuantityMap | undefined) => QuantityMap | undefined;

function total(pod: corev1.Pod, read: Read): Amounts {
  const running = emptyAmounts();
  for (const container of pod.spec.containers) addAmounts(running, containerAmounts(pod, container, read));
  const starting = addInitContainers(pod, running, read);
  raiseAmounts(running, starting);
  replaceByPodLevel(running, pod.spec.resources?.requests);
  addAmounts(running, amountsOf(pod.spec.overhead));
  return running;
}

/** Adds sidecars to `running` for good; answers the most that any moment of the start needs. */
function addInitContainers(pod: corev1.Pod, running: Amounts, read: Read): Amounts {
  const sidecars = emptyAmounts();
  const most = emptyAmounts();
  for (const container of pod.spec.initContainers ?? []) {
    const own = containerAmounts(pod, container, read);
    if (container.restartPolicy === "Always") {
      addAmounts(running, own);
      addAmounts(sidecars, own);
      raiseAmounts(most, sidecars);
    } else {
      addAmounts(own, sidecars);
      raiseAmounts(most, own);
    }
  }
  return most;
}

/** A resize in place counts as the larger of what is asked and what the node has already given. */
function containerAmounts(pod: corev1.Pod, container: corev1.Container, read: Read): Amounts {
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  const status = statuses.find((candidate) => candidate.name === container.name);
  const given = [status?.resources?.requests, status?.allocatedResources].filter((list) => list !== undefined);
  const asked = amountsOf(read(container.resources?.requests));
  const amounts = given.length > 0 && isResizeInfeasible(pod) ? emptyAmounts() : asked;
  for (const list of given) raiseAmounts(amounts, amountsOf(list));
  return amounts;
}

function isResizeInfeasible(pod: corev1.Pod): boolean {
  const pending = pod.status?.conditions?.find((condition) => condition.type === "PodResizePending");
  return pending?.status === "True" && pending.reason === "Infeasible";
}

function replaceByPodLevel(amounts: Amounts, quantities: QuantityMap | undefined): void {
  if (!quantities) return;
  const level = amountsOf(quantities);
  if (quantities["cpu"] !== undefined) amounts.milliCpu = level.milliCpu;
  if (quantities["memory"] !== undefined) amounts.memory = level.memory;
  for (const [name, amount] of level.scalars) {
    if (isHugePages(name)) amounts.scalars.set(name, amount);
  }
}
