/** Makes and starts one container, step by step; a step that fails says in which state the container waits. */
import type { corev1 } from "../../api/mod.ts";
import { containerResources } from "../cgroups/resources.ts";
import { containerEnvironment } from "../environment/environment.ts";
import type { PresentImage } from "../images/image-manager.ts";
import { runHook } from "../lifecycle/hooks.ts";
import type { SandboxConfig } from "../runtime/contract.ts";
import { messageOf, NodeError } from "../runtime/errors.ts";
import { restartCountAnnotation } from "../runtime/labels.ts";
import { containerMounts, type Mount } from "../volumes/container-mounts.ts";
import type { MountedVolumes } from "../volumes/volume-manager.ts";
import { containerConfig } from "./container-config.ts";
import { findContainer, type PodContainer } from "./containers.ts";
import { latest, type ObservedContainer, type PodObservation } from "./observation.ts";
import { PodPaths } from "./paths.ts";
import type { ContainerFiles } from "./pod-files.ts";
import { checkNonRoot } from "./security-context.ts";
import type { PodServices } from "./services.ts";

export interface StartInput {
  readonly pod: corev1.Pod;
  readonly container: PodContainer;
  readonly sandboxId: string;
  readonly sandbox: SandboxConfig;
  readonly observation: PodObservation;
  readonly addresses: readonly string[];
  readonly volumes: MountedVolumes;
  /** Aborted when the pod ends. */
  readonly signal: AbortSignal;
}

/** The longest that a hook may take after a start; the kubelet has no limit, and hangs. */
const hookTimeoutMs = 24 * 3600 * 1000;

function attemptOf({ status }: ObservedContainer): number {
  return Number(status.annotations[restartCountAnnotation] ?? status.metadata?.attempt ?? 0);
}

/** An instance that was made and never started does not count. */
function nextAttempt(previous: ObservedContainer | undefined): number {
  if (previous === undefined) return 0;
  return attemptOf(previous) + (previous.status.state === "CONTAINER_CREATED" ? 0 : 1);
}

/** Errors that are not the step's own get the step's reason. */
async function step<T>(reason: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NodeError && error.reason !== undefined) throw error;
    throw new NodeError("failed", messageOf(error), reason);
  }
}

export class ContainerStarter {
  readonly #services: PodServices;

  constructor(services: PodServices) {
    this.#services = services;
  }

  /** Answers the container's id; rejects with a `NodeError` whose reason the container is to wait with. */
  async start(input: StartInput): Promise<string> {
    const { pod, container, sandbox, signal } = input;
    const event = (type: "Normal" | "Warning", reason: string, message: string) =>
      this.#services.event(pod, container, type, reason, message);
    try {
      const request = { pod, container: container.spec, sandbox, event, signal };
      const image = await this.#services.images.ensure(request);
      return await this.#createAndStart(input, image);
    } catch (error) {
      if (!signal.aborted) event("Warning", "Failed", `Error: ${shownError(error)}`);
      throw error;
    }
  }

  async #createAndStart(input: StartInput, image: PresentImage): Promise<string> {
    const { pod, container, sandboxId, sandbox, signal } = input;
    const { runtime, containerSlots, event } = this.#services;
    const previous = latest(input.observation, container.spec.name);
    if (previous?.status.state === "CONTAINER_CREATED") await runtime.removeContainer(previous.status.id);
    const config = await step("CreateContainerConfigError", () => this.#config(input, image));
    const id = await step("CreateContainerError", () =>
      containerSlots.run(() => runtime.createContainer(sandboxId, config, sandbox)),
    );
    const { name } = container.spec;
    event(pod, container, "Normal", "Created", `Created container: ${name}`);
    await step("RunContainerError", () => containerSlots.run(() => runtime.startContainer(id)));
    event(pod, container, "Normal", "Started", `Started container ${name}`);
    await this.#postStart(input, id, signal);
    return id;
  }

  async #config(input: StartInput, image: PresentImage) {
    const { pod, container, addresses, observation, volumes } = input;
    const { node, environment: sources, files, cgroups } = this.#services;
    checkNonRoot(pod, container.spec, image.image);
    const environment = await containerEnvironment({ pod, container: container.spec, addresses, node, sources });
    const own = await files.prepareContainer(pod, container.spec, addresses);
    const paths = new PodPaths(node.rootDirectory);
    const mounts = own && (await containerMounts({ pod, container: container.spec, volumes, environment, paths }));
    const target = container.target && targetId(input, container.target);
    return containerConfig({
      pod,
      container,
      attempt: nextAttempt(latest(observation, container.spec.name)),
      imageRef: image.ref,
      environment,
      mounts: [...(mounts ?? []), ...ownMounts(container.spec, own)],
      resources: containerResources(pod, container.spec, {
        memoryCapacityBytes: node.memoryCapacityBytes,
        cgroupVersion: cgroups?.hierarchies.version ?? 1,
      }),
      ...(own && { terminationMessageFile: own.terminationMessageFile }),
      ...(target && { targetContainerId: target }),
    });
  }

  /** A container whose hook fails is ended, and restarted by its policy. */
  async #postStart({ pod, container, addresses }: StartInput, containerId: string, signal: AbortSignal): Promise<void> {
    const hook = container.spec.lifecycle?.postStart;
    if (hook === undefined) return;
    const { runtime, event } = this.#services;
    const target = {
      runtime,
      container: container.spec,
      containerId,
      address: addresses[0] ?? "",
      timeoutMs: hookTimeoutMs,
    };
    try {
      await runHook(hook, target, signal);
    } catch (error) {
      const grace = pod.spec.terminationGracePeriodSeconds ?? 30;
      event(pod, container, "Warning", "FailedPostStartHook", "PostStartHook failed");
      event(pod, container, "Normal", "Killing", "FailedPostStartHook");
      await runtime.stopContainer(containerId, grace);
      throw new NodeError("failed", messageOf(error), "PostStartHookError");
    }
  }
}

/** What an event tells: the reason where the message tells the rest elsewhere already. */
function shownError(error: unknown): string {
  if (!(error instanceof NodeError)) return messageOf(error);
  return error.code === "image" && error.reason ? error.reason : error.message;
}

function targetId({ pod, observation }: StartInput, name: string): string {
  const id = findContainer(pod, name) && latest(observation, name)?.status.id;
  if (!id) throw new NodeError("create-config", `unable to find target container ${name}`);
  return id;
}

/** The pod's hosts file and the place of the termination message, unless the container has its own there. */
function ownMounts(container: corev1.Container, files: ContainerFiles | undefined): Mount[] {
  if (files === undefined) return [];
  const taken = new Set((container.volumeMounts ?? []).map(({ mountPath }) => mountPath));
  const messagePath = container.terminationMessagePath || "/dev/termination-log";
  return [
    { containerPath: "/etc/hosts", hostPath: files.hostsFile },
    { containerPath: messagePath, hostPath: files.terminationMessageFile },
  ].filter(({ containerPath }) => !taken.has(containerPath));
}
