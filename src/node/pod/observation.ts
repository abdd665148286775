/** What the runtime has of one pod now. */
import type { ContainerStatus, ContainerSummary, Runtime, SandboxStatus, SandboxSummary } from "../runtime/contract.ts";
import { isNodeError } from "../runtime/errors.ts";
import { containerNameLabel } from "../runtime/labels.ts";

export interface ObservedContainer {
  readonly name: string;
  readonly sandboxId: string;
  readonly status: ContainerStatus;
  /** What the container left in its termination message file or log. */
  readonly terminationMessage: string;
}

export interface PodObservation {
  /** Newest first. */
  readonly sandboxes: readonly SandboxSummary[];
  /** Of the newest sandbox. */
  readonly sandbox: SandboxStatus | undefined;
  /** By container name, newest first, of all sandboxes. */
  readonly containers: ReadonlyMap<string, readonly ObservedContainer[]>;
}

export const nothingObserved: PodObservation = { sandboxes: [], sandbox: undefined, containers: new Map() };

export function latest(observation: PodObservation, name: string): ObservedContainer | undefined {
  return observation.containers.get(name)?.[0];
}

export function isRunning(container: ObservedContainer | undefined): container is ObservedContainer {
  return container?.status.state === "CONTAINER_RUNNING";
}

export function hasExited(container: ObservedContainer | undefined): container is ObservedContainer {
  return container?.status.state === "CONTAINER_EXITED";
}

export function runningContainers(observation: PodObservation): ObservedContainer[] {
  return [...observation.containers.values()].flat().filter(isRunning);
}

/** The addresses of a pod with its own network. */
export function sandboxAddresses(sandbox: SandboxStatus | undefined): string[] {
  const network = sandbox?.network;
  if (!network || network.ip === "") return [];
  return [network.ip, ...network.additionalIps.map(({ ip }) => ip)];
}

export type ReadTerminationMessage = (status: ContainerStatus) => Promise<string>;

/** Observes one pod; keeps the states of ended containers, which change no more. */
export class PodObserver {
  readonly #runtime: Runtime;
  readonly #podUid: string;
  readonly #readMessage: ReadTerminationMessage;
  /** Absent where there are none, as of most pods. */
  #ended: ReadonlyMap<string, ObservedContainer> | undefined;

  constructor(runtime: Runtime, podUid: string, readMessage: ReadTerminationMessage) {
    this.#runtime = runtime;
    this.#podUid = podUid;
    this.#readMessage = readMessage;
  }

  async observe(): Promise<PodObservation> {
    const [sandboxes, containers] = await Promise.all([this.#sandboxes(), this.#containers()]);
    const newest = sandboxes[0];
    const sandbox = newest && (await absentAsUndefined(this.#runtime.sandboxStatus(newest.id)));
    return { sandboxes, sandbox, containers };
  }

  /** The pod's first sandbox was made, and nothing else of the pod exists: one look instead of several. */
  async observeFirst(sandboxId: string): Promise<PodObservation> {
    const sandbox = await absentAsUndefined(this.#runtime.sandboxStatus(sandboxId));
    return { sandboxes: sandbox ? [sandbox] : [], sandbox, containers: new Map() };
  }

  /** These are all the containers that the pod's first sandbox has: only they are looked at. What ends meanwhile is told by an event. */
  async observeStarted(first: PodObservation, containerIds: readonly string[]): Promise<PodObservation> {
    const sandboxId = first.sandbox?.id ?? "";
    const summaries = containerIds.map((id) => ({ id, podSandboxId: sandboxId }));
    return { ...first, containers: await this.#look(summaries) };
  }

  async #sandboxes(): Promise<SandboxSummary[]> {
    const sandboxes = [...(await this.#runtime.listSandboxes(this.#podUid))];
    return sandboxes.sort((a, b) => b.createdAt - a.createdAt);
  }

  async #containers(): Promise<Map<string, ObservedContainer[]>> {
    return this.#look(await this.#runtime.listContainers({ podUid: this.#podUid }));
  }

  async #look(
    summaries: readonly Pick<ContainerSummary, "id" | "podSandboxId">[],
  ): Promise<Map<string, ObservedContainer[]>> {
    const observed = await Promise.all(summaries.map(({ id, podSandboxId }) => this.#container(id, podSandboxId)));
    const present = observed.filter((container) => container !== undefined);
    const ended = present.filter(hasExited);
    this.#ended = ended.length > 0 ? new Map(ended.map((container) => [container.status.id, container])) : undefined;
    present.sort((a, b) => b.status.createdAt - a.status.createdAt);
    return Map.groupBy(present, ({ name }) => name);
  }

  async #container(id: string, sandboxId: string): Promise<ObservedContainer | undefined> {
    const ended = this.#ended?.get(id);
    if (ended !== undefined) return ended;
    const status = await absentAsUndefined(this.#runtime.containerStatus(id));
    if (status === undefined) return undefined;
    const terminationMessage = status.state === "CONTAINER_EXITED" ? await this.#readMessage(status) : "";
    return { name: status.labels[containerNameLabel] ?? "", sandboxId, status, terminationMessage };
  }
}

/** Between a list and a look something may have been removed. */
async function absentAsUndefined<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (isNodeError(error, "not-found")) return undefined;
    throw error;
  }
}
