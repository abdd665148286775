/** What pod workers work with: shared by all pods of a node. */
import type { Logger } from "pino";
import type { corev1 } from "../../api/mod.ts";
import type { Clock } from "../../client/mod.ts";
import type { PodCgroups } from "../cgroups/pod-cgroup.ts";
import type { EnvironmentSources } from "../environment/environment.ts";
import type { ResolverConfig } from "../identity/resolver-config.ts";
import type { ImageManager } from "../images/image-manager.ts";
import type { NodeFacts } from "../node-facts.ts";
import type { ProbeManager } from "../probes/probe-manager.ts";
import type { Runtime } from "../runtime/contract.ts";
import type { Volumes } from "../volumes/volume-manager.ts";
import type { PodContainer } from "./containers.ts";
import type { PodFiles } from "./pod-files.ts";
import type { ResizeProblem } from "./resources.ts";
import type { Slots } from "./slots.ts";

export type EventType = "Normal" | "Warning";

/** The API as far as a pod worker changes it. */
export interface PodApi {
  /** A strategic merge patch of the status subresource; answers the pod as it is then. */
  patchStatus(pod: corev1.Pod, patch: unknown): Promise<corev1.Pod>;
  /** Removes the object now, if it is still this pod. */
  delete(pod: corev1.Pod): Promise<void>;
}

export interface PodServices {
  readonly runtime: Runtime;
  /** `containerd`, as in container ids. */
  readonly runtimeName: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly api: PodApi;
  readonly node: NodeFacts;
  readonly images: ImageManager;
  readonly environment: EnvironmentSources;
  /** Follows the config maps and secrets of a pod. */
  readonly config: { track(pod: corev1.Pod, changed: () => void): void; untrack(podUid: string): void };
  readonly volumes: Volumes;
  readonly probes: ProbeManager;
  readonly files: PodFiles;
  /** Absent where the runtime knows no cgroups. */
  readonly cgroups: PodCgroups | undefined;
  /** The node's own resolver configuration. */
  resolver(): Promise<ResolverConfig>;
  /** The handler of a runtime class; rejects where there is no such class. */
  runtimeHandler(name: string): Promise<string>;
  event(pod: corev1.Pod, container: PodContainer | undefined, type: EventType, reason: string, message: string): void;
  /** Why the node does not give a pod the resources that its spec now asks for, where it does not. */
  resizeProblem(pod: corev1.Pod): ResizeProblem | undefined;
  readonly sandboxSlots: Slots;
  readonly containerSlots: Slots;
}
