/** What a pod's earlier runs left: for its log the last ended instance of each container is kept, the rest goes. */
import type { Runtime } from "../runtime/contract.ts";
import type { ObservedContainer, PodObservation } from "./observation.ts";

/** Instances behind the newest and the one before it. */
function outdatedContainers({ containers }: PodObservation): ObservedContainer[] {
  return [...containers.values()].flatMap((instances) => {
    const past = instances.slice(1).filter(({ status }) => status.state !== "CONTAINER_RUNNING");
    return past.slice(1);
  });
}

/** Sandboxes that were replaced and have no container that is kept. */
function outdatedSandboxes({ sandboxes, containers }: PodObservation, removed: readonly ObservedContainer[]): string[] {
  const kept = [...containers.values()].flat().filter((container) => !removed.includes(container));
  const inUse = new Set(kept.map(({ sandboxId }) => sandboxId));
  const replaced = sandboxes.slice(1).filter(({ id, state }) => state === "SANDBOX_NOTREADY" && !inUse.has(id));
  return replaced.map(({ id }) => id);
}

export async function removeLeftovers(runtime: Runtime, observation: PodObservation): Promise<void> {
  const containers = outdatedContainers(observation);
  for (const { status } of containers) await runtime.removeContainer(status.id);
  for (const id of outdatedSandboxes(observation, containers)) await runtime.removeSandbox(id);
}
